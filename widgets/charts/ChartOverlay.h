// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/ChartCanvas.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

#include <optional>
#include <vector>

class QPainter;

/// What is painted below and above the series of a chart. No Qt Charts in here.
namespace rankscope::widgets {

/// Plot fill, grid, y labels, gap hatch: under the series.
void paintGround(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                 const Theme& theme);

/// Dots of lone points, NaN crosses, restart lines, end labels, note: over the series.
void paintMarks(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                const Theme& theme);

/// Title and unit at the left, values at the right, in one line above the plot. `control`: room
/// left between title and unit. `opacity`: of the values.
void paintHeader(QPainter& painter, const ChartFrame& frame, const std::vector<HeaderValue>& values,
                 const QRectF& line, double control, double opacity, const Theme& theme);

/// Width of the title in the header line.
[[nodiscard]] double titleWidth(const ChartFrame& frame);

/// Labels under the lowest panel, but for those that the cursor's badge would touch.
void paintStepLabels(QPainter& painter, const PlotGeometry& geometry, std::optional<double> cursor,
                     const Theme& theme);

/// The vertical line at the cursor, and its badge when `badge`.
void paintCursor(QPainter& painter, const PlotGeometry& geometry, double cursor, bool badge,
                 const Theme& theme);

/// One curve again, thicker, with its name: what the pointer is on.
void paintHighlight(QPainter& painter, const Curve& curve, const PlotGeometry& geometry,
                    const Theme& theme);

/// y of end labels moved apart so that none covers another, kept within [top, bottom].
[[nodiscard]] std::vector<double> spreadLabels(std::vector<double> wanted, double height,
                                               double top, double bottom);

} // namespace rankscope::widgets
