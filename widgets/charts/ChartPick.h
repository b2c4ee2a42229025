// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/PlotGeometry.h"
#include "widgets/charts/TopMarks.h"
#include "widgets/frames/ChartFrame.h"

#include <QPointF>
#include <vector>

/// What the pointer is on. All functions take pixels and return indexes into the frame, -1: none.
namespace rankscope::widgets {

/// The nearest curve with a rank or a name, within reach.
[[nodiscard]] int curveAt(const ChartFrame& frame, const PlotGeometry& geometry, QPointF point);
[[nodiscard]] int noteAt(const std::vector<TopMark>& marks, QPointF point);
[[nodiscard]] int referenceAt(const ChartFrame& frame, const PlotGeometry& geometry, QPointF point);

} // namespace rankscope::widgets
