// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMeasures.h"

#include <string>
#include <vector>

namespace rankscope::tables {

/// Leave-one-out cosine per layer group and rank at one step, as CSV: header `layer,0,1,...` with
/// the ranks, then a row per group.
[[nodiscard]] std::string layersCsv(const analysis::StepMeasures& measures,
                                    const std::vector<std::string>& groups);

} // namespace rankscope::tables
