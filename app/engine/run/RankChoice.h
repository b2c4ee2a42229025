// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/blocks/RunCurves.h"
#include "app/engine/frames/RunFrame.h"

#include <cstddef>
#include <vector>

namespace rankscope::engine {

/// A rank that gets a line of its own.
struct ChosenRank {
    std::size_t rank = 0;
    bool wanted = false;  ///< by the view
    bool outlier = false; ///< far from the median rank
};

/// Ranks that reported anything and that the view is restricted to, ascending.
[[nodiscard]] std::vector<std::size_t> shownRanks(const RunCurves& curves, const View& view);

/// Which of `shown` get a line for a signal over the steps at places first..last (half-open),
/// ascending; see View::maxLines.
[[nodiscard]] std::vector<ChosenRank> chooseRanks(const RunCurves& curves, RankSignal signal,
                                                  const std::vector<std::size_t>& shown,
                                                  const View& view, std::size_t first,
                                                  std::size_t last);

} // namespace rankscope::engine
