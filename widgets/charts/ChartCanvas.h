// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/PlotGeometry.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

#include <QImage>
#include <QSize>
#include <memory>

namespace rankscope::widgets {

/// How many of the frame's curves, counted from the first, are drawn as an image of the plot's
/// columns: up to the last one that has more points than pixels to show them, and all where Qt
/// Charts would take longer than a frame: with many points, and on a display whose pixels are not
/// those of the layout, as there each line is stroked. The other curves are series.
[[nodiscard]] std::size_t imageCurves(const ChartFrame& frame, double plotWidth,
                                      double devicePixelRatio);

/// Draws a chart frame into a picture. The only user of Qt Charts: its series map and paint sparse
/// lines, dense ones are an image layer below them; ground, bands, marks and labels are painted by
/// us. Hover never comes here.
class ChartCanvas {
  public:
    ChartCanvas();
    ~ChartCanvas();
    ChartCanvas(const ChartCanvas&) = delete;
    ChartCanvas& operator=(const ChartCanvas&) = delete;

    /// `frame` without what is hidden. The picture is opaque. An `old` one of the same size lends
    /// its memory.
    [[nodiscard]] QImage render(const ChartFrame& frame, const PlotGeometry& geometry, QSize size,
                                const Theme& theme, double devicePixelRatio, QImage old = {});

  private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::widgets
