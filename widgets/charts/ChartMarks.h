// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/PlotGeometry.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

#include <vector>

class QPainter;

namespace rankscope::widgets {

/// What stands over the lines: dots of lone points, breaks, restarts, reference lines, findings,
/// NaNs, notes, the lines' names and the panel's own note.
void paintMarks(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                const Theme& theme);

/// Where a curve ends within the plot: y of its last visible point; none when that is out of sight.
[[nodiscard]] std::optional<double> visibleEnd(const Curve& curve, const PlotGeometry& geometry);

/// y of end labels moved apart so that none covers another, kept within [top, bottom].
[[nodiscard]] std::vector<double> spreadLabels(std::vector<double> wanted, double height,
                                               double top, double bottom);

} // namespace rankscope::widgets
