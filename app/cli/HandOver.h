// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <string>
#include <vector>

namespace rankscope::cli {

/// Becomes the desktop program, which lies beside this one or on PATH. Returns only when that
/// fails. Errors: Unavailable (not installed), Io.
[[nodiscard]] Result<int> handOver(const std::vector<std::string>& arguments);

} // namespace rankscope::cli
