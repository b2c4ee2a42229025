// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/RunComparison.h"
#include "app/engine/RunReader.h"

#include <string>

namespace rankscope::engine {

/// What the newest launch said of itself.
[[nodiscard]] analysis::RunConfig configOf(const analysis::RunTable& table);
/// Its display name; empty when none was given.
[[nodiscard]] std::string nameOf(const analysis::RunTable& table);

/// A whole session as it is compared with others. Reads the metrics of every step that the reader
/// has, and the sketches where cosines need them.
[[nodiscard]] analysis::ComparedRun comparedRun(const RunReader& reader);

} // namespace rankscope::engine
