// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMetrics.h"
#include "app/analysis/StepRow.h"

#include <span>
#include <vector>

namespace rankscope::analysis {

/// Sketch of one rank's gradient at one step.
struct RankSketch {
    RankId rank;
    wire::Sketch sketch;
};

inline constexpr double kHalfPrecisionSd = 1e-4; ///< binary16 after scaling costs at most this

/// What the sketches of a step say about direction. Estimates: a cosine c from k numbers has the
/// standard deviation (1 - c^2) / sqrt(k) with the sketches' own norms (Li, Hastie and Church
/// 2006), to which kHalfPrecisionSd is added.
struct SketchCosines {
    CosineMatrix matrix;         ///< every rank of the row; undefined where there is no estimate
    double mean = undefined();   ///< plain mean over the pairs that have one
    double meanSd = undefined(); ///< mean of the pairs' sd: an upper bound
    std::vector<double> leaveOneOut, leaveOneOutSd; ///< one per rank of `matrix`
};

/// Only sketches of the same seed and size are compared, and ranks with non-finite gradients are
/// left out. Cost: W^2 k / 2 multiplications.
[[nodiscard]] SketchCosines sketchCosines(const StepRow& row, std::span<const RankSketch> sketches);

/// The matrix of a step with two workers and exact sums; source None when it cannot be had so.
[[nodiscard]] CosineMatrix exactPair(const StepRow& row);

} // namespace rankscope::analysis
