// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/compare/CompareFacts.h"
#include "app/tables/Table.h"

namespace rankscope::tables {

/// Everything that `rankscope compare --json` says, as one JSON object; docs/compare.md lists the
/// fields. `facts` has a summary, and is of `compared`.
void writeCompareJson(const engine::CompareFacts& facts, const analysis::ComparedRuns& compared,
                      const Sink& sink);

/// The summary as CSV: a row per metric and side; without one only the header.
void writeCompareCsv(const engine::CompareFacts& facts, const Sink& sink);

/// "blocks", "paired-seeds", "welch-seeds" or "none".
[[nodiscard]] std::string testName(analysis::TestKind kind);

} // namespace rankscope::tables
