// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"

#include <string>

namespace rankscope::engine {

/// Why records are missing, in words for a chart or a table.
[[nodiscard]] std::string causeText(wire::GapCause cause);

} // namespace rankscope::engine
