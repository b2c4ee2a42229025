// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/src/Channel.h"
#include "transport/wire/Result.h"

#include <memory>

namespace rankscope::emitter {

/// Has a thread of this process carry records from the ring to the collector, until
/// Channel::askToEnd(). One thread does so for all emitters of the process that have no sender of
/// their own: a simulator has a thousand. It masks all signals, begins with the first of them and
/// ends with the last.
///
/// The thread is detached and shares ownership of all it uses: a process may exit under it, and
/// nobody ever has to wait for it.
/// Errors: Io (no thread or no descriptor to be had).
[[nodiscard]] Result<void> startSenderThread(const std::shared_ptr<Channel>& channel,
                                             const Letter& letter);

} // namespace rankscope::emitter
