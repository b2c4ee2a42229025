// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/Icons.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

namespace rankscope::widgets {
namespace {

void triangle(QPainter& p, double left, double right) {
    QPainterPath path;
    path.moveTo(left, 3.5);
    path.lineTo(right, 8);
    path.lineTo(left, 12.5);
    path.closeSubpath();
    p.fillPath(path, p.pen().color());
}

void bar(QPainter& p, double x, double y, double width, double height) {
    p.fillRect(QRectF(x, y, width, height), p.pen().color());
}

void drawState(QPainter& p, Icon icon) {
    switch (icon) {
    case Icon::LiveDot:
        p.setBrush(p.pen().color());
        p.setPen(Qt::NoPen);
        p.drawEllipse(QPointF(8, 8), 4, 4);
        break;
    case Icon::WaitingRing:
        p.drawEllipse(QPointF(8, 8), 4, 4);
        break;
    case Icon::StaleClock:
        p.drawEllipse(QPointF(8, 8), 5, 5);
        p.drawLine(QPointF(8, 5), QPointF(8, 8));
        p.drawLine(QPointF(8, 8), QPointF(10.5, 8));
        break;
    case Icon::LostCross:
    case Icon::Close:
        p.drawLine(QPointF(4, 4), QPointF(12, 12));
        p.drawLine(QPointF(12, 4), QPointF(4, 12));
        break;
    case Icon::Ended:
        bar(p, 4.5, 4.5, 7, 7);
        break;
    case Icon::FindingExact:
        bar(p, 3, 4.5, 10, 2.5);
        bar(p, 3, 9, 10, 2.5);
        break;
    case Icon::Diamond: {
        const QPointF corners[] = {{8, 2.5}, {13.5, 8}, {8, 13.5}, {2.5, 8}};
        p.drawPolygon(corners, 4);
        break;
    }
    default:
        break;
    }
}

} // namespace

void drawIcon(QPainter& painter, Icon icon, const QRectF& box, const QColor& colour) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(box.topLeft());
    painter.scale(box.width() / 16, box.height() / 16);
    painter.setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    switch (icon) {
    case Icon::First:
        bar(painter, 3, 3.5, 1.8, 9);
        triangle(painter, 13, 5.5);
        break;
    case Icon::Back:
        triangle(painter, 10, 3);
        bar(painter, 11.5, 3.5, 1.8, 9);
        break;
    case Icon::Play:
        triangle(painter, 4.5, 12.5);
        break;
    case Icon::Pause:
        bar(painter, 4.2, 3.5, 2.6, 9);
        bar(painter, 9.2, 3.5, 2.6, 9);
        break;
    case Icon::Forward:
        bar(painter, 2.7, 3.5, 1.8, 9);
        triangle(painter, 6, 13);
        break;
    case Icon::Last:
        triangle(painter, 3, 10.5);
        bar(painter, 11.2, 3.5, 1.8, 9);
        break;
    case Icon::Copy:
        painter.drawRoundedRect(QRectF(5.5, 5.5, 8, 8), 1, 1);
        painter.drawPolyline(QPolygonF({{3, 10.5}, {2.5, 10}, {2.5, 2.5}, {10, 2.5}, {10.5, 3}}));
        break;
    case Icon::Open:
        painter.drawPolyline(QPolygonF({{2.5, 10}, {2.5, 13.5}, {13.5, 13.5}, {13.5, 10}}));
        painter.drawLine(QPointF(8, 2.5), QPointF(8, 10));
        painter.drawPolyline(QPolygonF({{5, 7}, {8, 10}, {11, 7}}));
        break;
    case Icon::Search:
        painter.drawEllipse(QPointF(7, 7), 4, 4);
        painter.drawLine(QPointF(10, 10), QPointF(13.5, 13.5));
        break;
    case Icon::Float:
        painter.drawRect(QRectF(3.5, 3.5, 9, 9));
        break;
    default:
        drawState(painter, icon);
    }
    painter.restore();
}

QIcon makeIcon(Icon icon, const QColor& colour, int pixels) {
    QIcon result;
    for (const int scale : {1, 2, 3}) {
        QPixmap pixmap(pixels * scale, pixels * scale);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        drawIcon(painter, icon, pixmap.rect(), colour);
        painter.end();
        pixmap.setDevicePixelRatio(scale);
        result.addPixmap(pixmap);
    }
    return result;
}

} // namespace rankscope::widgets
