// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMetrics.h"

#include <cstddef>
#include <span>

namespace rankscope::analysis {

/// Mean, sample standard deviation (ddof 1) and extremes of one number per worker.
/// Non-finite values are left out; when nothing finite was measured, `mean` is the non-finite
/// outcome itself. Identical values give a deviation of exactly 0.
struct Summary {
    std::size_t count = 0; ///< finite values
    double mean = undefined();
    double std = undefined(); ///< needs two finite values, as does `range`
    double min = undefined();
    double max = undefined();
    double range = undefined();
};

/// `values` may hold undefined() for workers that measured nothing.
[[nodiscard]] Summary summarize(std::span<const double> values);

/// sum(w x) / sum(w) over the finite x; undefined unless each of them has a finite weight >= 0 and
/// the weights' sum is positive.
[[nodiscard]] double weightedMean(std::span<const double> values, std::span<const double> weights);

} // namespace rankscope::analysis
