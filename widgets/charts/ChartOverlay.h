// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/PlotGeometry.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

#include <QImage>
#include <QString>
#include <vector>

class QPainter;

/// What moves with the pointer, above a chart's picture.
namespace rankscope::widgets {

/// The vertical line at the cursor, and its badge when `badge`.
void paintCursor(QPainter& painter, const PlotGeometry& geometry, double cursor, bool badge,
                 const Theme& theme);

/// All values at the cursor, in columns beside it, on the side with more room. What doesn't fit is
/// counted: "12 more".
void paintReadout(QPainter& painter, const std::vector<HeaderValue>& values,
                  const PlotGeometry& geometry, double cursor, const Theme& theme);

/// The part of the plot that a drag would zoom to.
void paintZoomBox(QPainter& painter, const QRectF& box, const Theme& theme);

/// `picture` with one curve thicker, and its name at its end: what the pointer is on.
[[nodiscard]] QImage highlighted(QImage picture, const Curve& curve, const PlotGeometry& geometry,
                                 const Theme& theme);

} // namespace rankscope::widgets
