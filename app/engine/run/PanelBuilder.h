// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/blocks/RunCurves.h"
#include "app/engine/frames/Decimation.h"
#include "app/engine/frames/RunFrame.h"
#include "app/engine/frames/SmoothCurves.h"

#include <cstddef>
#include <vector>

namespace rankscope::engine {

/// A run's curves as chart panels: which ranks have lines, smoothing, decimation.
class PanelBuilder {
  public:
    /// Everything from this place on has changed.
    void cut(std::size_t first) { m_smooth.cut(first); }

    /// Fills the panels of a frame whose view is settled, cut into the columns of `visible`.
    /// `starts`: places at which launches begin. False when smoothing takes more than this frame's
    /// share of time: lines are raw, or of the last span, until the next.
    bool build(RunFrame& frame, const RunCurves& curves, const View& view,
               const Decimation& visible, const std::vector<std::size_t>& starts);

  private:
    struct Source;
    void addMean(PanelFrame& panel, const RunCurves& curves, const View& view,
                 const Decimation& visible, const Source& source);
    void addRanks(PanelFrame& panel, const RunCurves& curves, const View& view,
                  const Decimation& visible, RankSignal signal,
                  const std::vector<std::size_t>& shown);

    SmoothCurves m_smooth;
};

} // namespace rankscope::engine
