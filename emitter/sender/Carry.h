// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/sender/Rank.h"
#include "emitter/src/Channel.h"

#include <sys/types.h>

namespace rankscope::sender {

/// How a sender's work came to its end.
enum class Outcome {
    Done,     ///< the rank is gone, and what could be delivered is
    Deserted, ///< the process that watches over this one is gone
};

/// Carries records to the collector until the rank has left: with a bye when it said so, without
/// one when it is just gone. Then at most 4 s go by. `guardian`: the parent of this process, or 0
/// when nobody watches over it.
[[nodiscard]] Outcome carry(emitter::Channel& channel, const emitter::Letter& letter,
                            const Rank& rank, pid_t guardian);

} // namespace rankscope::sender
