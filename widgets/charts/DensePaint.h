// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/ColumnImage.h"
#include "widgets/charts/PlotGeometry.h"
#include "widgets/charts/Segments.h"
#include "widgets/frames/ChartFrame.h"

/// Lines and bands with more points than pixels, as upright spans of device pixels: one per column,
/// over all that the line covers within it. The column image is the plot's.
namespace rankscope::widgets {

/// `width` in device-independent pixels.
void addLine(ColumnImage& image, const Curve& curve, const Segment& part,
             const PlotGeometry& geometry, double width);

void addBand(ColumnImage& image, const Band& band, const Segment& part,
             const PlotGeometry& geometry);

} // namespace rankscope::widgets
