// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/blocks/RunCurves.h"
#include "app/engine/frames/RunFrame.h"

#include <cstddef>

namespace rankscope::engine {

/// How far ranks are from the median rank on average over a stretch of steps, in robust standard
/// deviations over ranks: (mean of the rank - mean of the median) / mean deviation, all over the
/// steps at which the rank measured something.
class RankDistance {
  public:
    /// Places first..last, half-open. `splits`: pains to take where a rank has holes of its own;
    /// see analysis::difference.
    RankDistance(const RunCurves& curves, RankSignal signal, std::size_t first, std::size_t last,
                 std::size_t splits = 32);

    /// NaN when the rank measured nothing there; within +-1000, which stands for anything among
    /// ranks that are equal. A few dozen operations.
    [[nodiscard]] double of(std::size_t rank) const;

  private:
    const RunCurves& m_curves;
    RankSignal m_signal;
    std::size_t m_first, m_last, m_splits;
    analysis::Total m_median, m_sd;
};

} // namespace rankscope::engine
