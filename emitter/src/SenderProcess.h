// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <cstdint>

namespace rankscope::emitter {

/// What the program rankscope-sender finds where.
namespace inherited {
inline constexpr int kMemory = 3; ///< see Channel::descriptor()
inline constexpr int kRank = 4;   ///< a pidfd of the rank
} // namespace inherited

/// Starts the program rankscope-sender over the memory of a Channel. It lies beside the library, or
/// in ../bin of its folder.
///
/// The process that calls notices nothing of it: the new one is nobody's child in it (it is handed
/// to init, wait() never sees it, no SIGCHLD comes), has a session of its own, and shares neither
/// memory nor descriptors with it beyond the Channel's. The new one looks after itself: no thread
/// and no descriptor stays behind here. Returns as soon as the program runs, in a millisecond or
/// so, however large the calling process is.
/// Errors: Io (no such program, nothing to start it with, or a system that can't), Unsupported
/// (this process adopts orphans, so that the new one would become its child).
[[nodiscard]] Result<void> startSenderProcess(int memory, std::uint32_t rank);

} // namespace rankscope::emitter
