// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/Scale.h"
#include "widgets/frames/ChartFrame.h"

#include <QRectF>
#include <optional>

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
    [[nodiscard]] bool shows(double step) const { return step >= first && step <= last; }
};

/// Limits of y that the user has chosen.
struct YRange {
    double low = 0, high = 1;
};

/// Finite limits of everything drawn, and the scale that shows them. `plotHeight` in pixels.
/// A chosen range is kept as it is; on a logarithmic axis its low end must be positive.
[[nodiscard]] Scale scaleFor(const ChartFrame& frame, double plotHeight,
                             const std::optional<YRange>& chosen = {});

/// `range` closer to `at` by `factor` (below 1: closer) on the axis that `scale` has.
[[nodiscard]] YRange zoomed(const Scale& scale, double at, double factor);
/// ... moved by `fraction` of what is visible, upwards in data.
[[nodiscard]] YRange moved(const Scale& scale, double fraction);

} // namespace rankscope::widgets
