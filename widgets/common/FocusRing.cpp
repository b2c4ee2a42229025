// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/FocusRing.h"

#include "widgets/common/Theme.h"

#include <QPainter>
#include <QWidget>

namespace rankscope::widgets {

void paintFocusRing(QPainter& painter, const QWidget& widget) {
    if (!widget.hasFocus())
        return;
    QPen pen(Theme::of(&widget).chosen, 2);
    pen.setJoinStyle(Qt::MiterJoin);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(pen);
    painter.drawRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1));
}

} // namespace rankscope::widgets
