// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/PaintText.h"

#include <QPainter>
#include <QString>
#include <cmath>

namespace rankscope::widgets {

double crisp(double v) {
    return std::floor(v) + 0.5;
}

void paintText(QPainter& painter, const QRectF& box, Qt::Alignment alignment,
               const std::string& text) {
    painter.drawText(box, static_cast<int>(alignment) | Qt::TextSingleLine | Qt::TextDontClip,
                     QString::fromStdString(text));
}

} // namespace rankscope::widgets
