// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMetrics.h"

#include <cstddef>
#include <span>

namespace rankscope::analysis {

/// What most of some numbers do, whatever a few of them do.
struct RobustSummary {
    std::size_t count = 0;
    double median = undefined();
    double sd = undefined(); ///< 1.4826 times the median absolute deviation; needs two values
    double low = undefined(), high = undefined(); ///< 5 % and 95 % quantile
};

/// Of finite values, which it sorts. Quantiles interpolate linearly between order statistics.
[[nodiscard]] RobustSummary robustSummary(std::span<float> values);

} // namespace rankscope::analysis
