// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/src/Mapping.h"
#include "emitter/src/Ring.h"
#include "transport/wire/Types.h"

#include <atomic>
#include <cstdint>

namespace rankscope::emitter {

/// What the rank's thread and its sender share. Both keep it alive, so that neither waits for the
/// other to end.
struct Channel {
    Channel(Mapping mapped, std::size_t capacity, IncarnationId incarnationId,
            RankId rankId) noexcept
        : memory(std::move(mapped)),
          ring(memory.data(), capacity),
          incarnation(incarnationId),
          rank(rankId) {}

    Mapping memory;
    Ring ring;
    const IncarnationId incarnation;
    const RankId rank;

    // Written by the rank's thread.
    std::atomic<std::uint64_t> lastSeq{0}; ///< after its record is in the ring, or was dropped
    std::atomic<std::uint64_t> lost{0};

    // Written by the sender.
    std::atomic<std::uint64_t> acknowledged{0};
    std::atomic<bool> connected{false}; ///< a collector has taken this rank in
};

} // namespace rankscope::emitter
