// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/Cosines.h"
#include "app/analysis/StepMetrics.h"
#include "app/analysis/StepRow.h"

#include <vector>

/// Metrics of one step, as docs/metrics.md defines them. Pure functions.
namespace rankscope::analysis {

struct StepMeasures {
    StepMetrics step;
    std::vector<RankMetrics> ranks; ///< one per sample of the row, ascending rank
};

/// Finite as far as is known: its gradient counts in means and cosines.
[[nodiscard]] bool hasUsableGradient(const RankSample& sample);

/// n, N and a can be believed: every rank's are there and finite, and nobody's reduction was lossy.
/// Then the mean pairwise cosine is exact.
[[nodiscard]] bool hasExactSums(const StepRow& row);

/// Sketches, if there are any, would define cosines that the sums do not.
[[nodiscard]] bool wantsSketches(const StepRow& row);

/// `sketches` of the same row, or null.
[[nodiscard]] StepMeasures measure(const StepRow& row, const SketchCosines* sketches = nullptr);

/// cos(g_i, mean of the others) of W workers from one worker's sums; undefined where one of the two
/// is zero. (W a - n) / (sqrt(n) sqrt(W^2 N - 2 W a + n)), kept within [-1, 1].
[[nodiscard]] double leaveOneOut(const wire::GradSums& sums, double workers);

} // namespace rankscope::analysis
