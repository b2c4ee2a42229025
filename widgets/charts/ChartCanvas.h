// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/Scale.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

#include <QPixmap>
#include <QRectF>
#include <memory>

namespace rankscope::widgets {

/// Where things are in a panel: the plot and the data limits that it spans.
struct PlotGeometry {
    QRectF plot;
    double first = 0, last = 1;
    Scale y;

    [[nodiscard]] double toX(double value) const {
        return plot.left() + (value - first) / (last - first) * plot.width();
    }
    [[nodiscard]] double toY(double value) const {
        return plot.bottom() - y.position(value) * plot.height();
    }
    [[nodiscard]] double fromX(double x) const {
        return first + (x - plot.left()) / plot.width() * (last - first);
    }
    [[nodiscard]] double fromY(double height) const {
        return y.value((plot.bottom() - height) / plot.height());
    }
};

/// Finite limits of everything drawn, and the scale that shows them. `plotHeight` in pixels.
[[nodiscard]] Scale scaleFor(const ChartFrame& frame, double plotHeight);

/// Draws a chart frame into a pixmap. The only user of Qt Charts: series map and paint the lines;
/// ground, bands, marks and labels are painted below and above them. Hover never comes here.
class ChartCanvas {
  public:
    ChartCanvas();
    ~ChartCanvas();
    ChartCanvas(const ChartCanvas&) = delete;
    ChartCanvas& operator=(const ChartCanvas&) = delete;

    /// Hands the frame's lines to the chart.
    void setContent(const ChartFrame& frame, const PlotGeometry& geometry, QSize size,
                    const Theme& theme);

    [[nodiscard]] QPixmap render(const ChartFrame& frame, const PlotGeometry& geometry,
                                 const Theme& theme, double devicePixelRatio) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::widgets
