// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/Hatch.h"

#include <QPainter>
#include <cmath>

namespace rankscope::widgets {

void paintHatch(QPainter& painter, const QRectF& area, const QColor& colour) {
    painter.save();
    painter.setClipRect(area, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1));
    // Anchored to the widget, not to the area: neighbouring areas hatch as one.
    const double start = std::floor((area.left() + area.top()) / 5) * 5;
    for (double sum = start; sum < area.right() + area.bottom(); sum += 5)
        painter.drawLine(QPointF(sum - area.top(), area.top()),
                         QPointF(sum - area.bottom(), area.bottom()));
    painter.restore();
}

} // namespace rankscope::widgets
