// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMetrics.h"

#include <string>

namespace rankscope::tables {

[[nodiscard]] inline std::string sourceName(analysis::CosineSource source) {
    switch (source) {
    case analysis::CosineSource::Exact:
        return "exact";
    case analysis::CosineSource::Sketch:
        return "sketch";
    case analysis::CosineSource::None:
        break;
    }
    return "none";
}

} // namespace rankscope::tables
