// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rankscope::sender {

/// Lets go of everything that was inherited from the job but the descriptors up to `keep`: its
/// terminal, session and folder, its files and pipes, its signals. Standard input and output are
/// /dev/null afterwards.
void detach(int keep) noexcept;

} // namespace rankscope::sender
