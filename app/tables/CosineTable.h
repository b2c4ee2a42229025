// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMetrics.h"

#include <string>

/// The matrix as `rankscope cosine` prints it.
namespace rankscope::tables {

/// Header `rank,0,1,...`, then a row per rank.
[[nodiscard]] std::string csvOf(const analysis::CosineMatrix& matrix);
/// {step, ranks, source, cosine, sd}
[[nodiscard]] std::string jsonOf(const analysis::CosineMatrix& matrix);

} // namespace rankscope::tables
