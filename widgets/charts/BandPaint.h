// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/PlotGeometry.h"
#include "widgets/charts/Segments.h"
#include "widgets/frames/ChartFrame.h"

class QPainter;

namespace rankscope::widgets {

/// Fills a band of few points with the painter's brush.
void paintBand(QPainter& painter, const Band& band, const Segment& part,
               const PlotGeometry& geometry);

} // namespace rankscope::widgets
