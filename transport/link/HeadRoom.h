// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

namespace rankscope::link {

/// Tests that `fds` more file descriptors and `threads` more threads can be had right now.
///
/// ZeroMQ aborts the whole process when it cannot get one, and the process is somebody's training
/// job: so ask the system first, and refuse politely. Resources can still run out between the test
/// and their use; ask for a few more than needed.
/// Errors: Io.
[[nodiscard]] Result<void> checkHeadRoom(int fds, int threads);

/// Raises this process's limit of open files as far as the system lets it: every connected rank
/// takes one. For programs of our own; a library leaves its host's limits alone.
void raiseDescriptorLimit() noexcept;

} // namespace rankscope::link
