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

} // namespace rankscope::link
