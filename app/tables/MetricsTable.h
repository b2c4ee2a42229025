// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/session/RunReader.h"
#include "app/tables/StepRange.h"
#include "app/tables/Table.h"

namespace rankscope::tables {

enum class MetricsRows {
    PerStep, ///< a row per step
    PerRank, ///< a row per received step and rank
};

/// The table of `rankscope metrics`; docs/metrics.md says what its columns mean.
void writeMetrics(const engine::RunReader& run, const StepRange& range, MetricsRows rows,
                  Format format, const Sink& sink);

} // namespace rankscope::tables
