// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/MinMaxSeries.h"
#include "app/engine/compare/CompareFrame.h"

#include <array>
#include <optional>
#include <vector>

namespace rankscope::engine {

/// The curves that belong to no single session: every side's mean with its spread, and the
/// difference of two sides. Kept between frames; a frame only decimates them.
class ComparePanels {
  public:
    /// The runs have changed, or stand otherwise on the axis.
    void setRuns(const analysis::ComparedRuns& compared);
    /// Takes what the view asks for of the same runs; `base` and `other` are sides. No `other`:
    /// no difference.
    void setView(const analysis::ComparedRuns& compared, const CompareView& view, std::size_t base,
                 std::optional<std::size_t> other);

    /// Fills overlay and difference for the frame's visible steps and cursor.
    void build(CompareFrame& frame, const analysis::ComparedRuns& compared, int columns) const;

  private:
    using Series = analysis::MinMaxSeries<double>;
    struct Side {
        analysis::Ensemble ensemble;
        Series mean, smooth, median, minusStd, plusStd, low, high;
        std::vector<Series> runs;
    };
    struct Difference {
        analysis::StepDifference values;
        analysis::RunMetric metric = analysis::RunMetric::Loss;
        std::size_t base = 0, other = 0;
        Series raw, smooth, low, high;
    };
    void smoothAll();

    std::array<std::vector<Side>, kOverlayMetrics.size()> m_overlay;
    std::optional<Difference> m_difference;
    double m_smoothing = 0;
};

} // namespace rankscope::engine
