// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <cstdint>

namespace rankscope::emitter {

class Channel;

/// What the program rankscope-sender finds where.
namespace inherited {
inline constexpr int kMemory = 3; ///< see Channel::descriptor()
inline constexpr int kRank = 4;   ///< a pidfd of the rank
} // namespace inherited

/// Starts the program rankscope-sender over the memory of a Channel, whose file is closed here. It
/// lies beside the library, or in ../bin of its folder.
///
/// The process that calls notices nothing of it: the new one is nobody's child in it (it is handed
/// to init, wait() never sees it, no SIGCHLD comes), has a session of its own, and shares neither
/// memory nor descriptors with it beyond the Channel's. The new one looks after itself: no thread
/// and no descriptor stays behind here. Returns once the program has claimed the Channel, in a few
/// milliseconds, however large the calling process is.
/// Errors: Io (no such program, nothing to start it with, a system that can't, or a program that
/// ends or takes longer than a second: it leaves when it comes too late), Unsupported (this process
/// adopts orphans, so that the new one would become its child). The Channel is nobody's then, but
/// may become the program's until it is claimed.
[[nodiscard]] Result<void> startSenderProcess(Channel& channel);

} // namespace rankscope::emitter
