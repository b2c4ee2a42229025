// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/PlotGeometry.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

class QPainter;

namespace rankscope::widgets {

/// What lies under bands and lines: plot fill, grid, gap hatch, spans of findings, axes and their
/// numbers.
void paintGround(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                 const Theme& theme);

/// Labels under the lowest panel, but for those that the cursor's badge would touch.
void paintStepLabels(QPainter& painter, const PlotGeometry& geometry, std::optional<double> cursor,
                     const Theme& theme);

} // namespace rankscope::widgets
