// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMetrics.h"

#include <cstddef>
#include <vector>

namespace rankscope::analysis {

/// An order in which ranks that resemble each other are neighbours: spectral seriation (Atkins,
/// Boman and Hendrickson 1998). Two ranks are alike when they have like cosines with all others;
/// the order is that of the Fiedler vector of the graph of likeness, and parts that are set apart
/// from each other are ordered within themselves.
///
/// Returns indices into matrix.ranks. Ranks without any cosine come last. Deterministic; reversed
/// so that the first index is below the last. Cost: about W^2 (W + 100) multiplications.
[[nodiscard]] std::vector<std::size_t> similarityOrder(const CosineMatrix& matrix);

} // namespace rankscope::analysis
