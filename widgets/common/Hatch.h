// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QColor;
class QPainter;
class QRectF;

namespace rankscope::widgets {

/// 45 degree hatch within `area`, spaced by 5 pixels: "not received" or "undefined".
void paintHatch(QPainter& painter, const QRectF& area, const QColor& colour);

} // namespace rankscope::widgets
