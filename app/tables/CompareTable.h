// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/CompareReport.h"
#include "app/tables/Table.h"

namespace rankscope::tables {

/// Everything that `rankscope compare --json` says, as one JSON object; docs/compare.md lists the
/// fields.
void writeCompareJson(const engine::CompareReport& report, const Sink& sink);

/// The summary as CSV: a row per metric and side.
void writeCompareCsv(const engine::CompareReport& report, const Sink& sink);

/// "blocks", "paired-seeds", "welch-seeds" or "none".
[[nodiscard]] std::string testName(analysis::TestKind kind);

} // namespace rankscope::tables
