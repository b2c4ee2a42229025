// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace rankscope::ui {

struct FuzzyMatch {
    int score = 0;                      ///< larger is better
    std::vector<std::size_t> positions; ///< bytes of the text that matched, ascending
};

/// Finds what a person typed in a name: every word of the query must occur in the text, in any
/// order, its letters in their order but not necessarily side by side. Beginnings of words and runs
/// of letters count more; case does not count (ASCII). None: no match. An empty query matches all.
///
/// A greedy walk from each possible first letter: O(text^2) at worst, for texts of a line.
[[nodiscard]] std::optional<FuzzyMatch> fuzzyMatch(std::string_view query, std::string_view text);

} // namespace rankscope::ui
