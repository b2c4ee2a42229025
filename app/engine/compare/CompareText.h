// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/compare/CompareFacts.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// How runs, sides and tests are named, by the command and by the window alike.
namespace rankscope::engine {

/// A, B, ... Z, AA, AB, ...: the n-th session.
[[nodiscard]] std::string sessionMark(std::size_t number);

/// "B", "A+C", "A-D": the sessions of a side.
[[nodiscard]] std::string sideMark(const analysis::Side& side,
                                   std::span<const std::string> sessionMarks);

/// Name of a metric in tables, as `rankscope metrics` has it where it has it: "loss_mean".
[[nodiscard]] const char* metricKey(analysis::RunMetric metric);

/// Which test was made between two sides and what it can and cannot say; one sentence or two.
[[nodiscard]] std::string testInWords(const analysis::Side& base, const analysis::Side& other);
/// Of all sides against the base: once what holds for all of them, else one line per side.
[[nodiscard]] std::vector<std::string> testsInWords(const CompareFacts& facts);

/// What makes the comparison odd: other numbers of ranks, no config.
[[nodiscard]] std::vector<std::string> cautions(const CompareFacts& facts);

} // namespace rankscope::engine
