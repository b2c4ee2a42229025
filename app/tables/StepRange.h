// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"
#include "transport/wire/Types.h"

#include <optional>
#include <string_view>

namespace rankscope::tables {

/// A stretch of steps, half-open; without an end it goes on.
struct StepRange {
    Step first;
    std::optional<Step> last;
    [[nodiscard]] bool contains(Step step) const {
        return first <= step && (!last || step < *last);
    }
};

/// Reads "A:B", "A:", ":B" or nothing (every step). Errors: Usage.
[[nodiscard]] Result<StepRange> parseStepRange(std::string_view text);

} // namespace rankscope::tables
