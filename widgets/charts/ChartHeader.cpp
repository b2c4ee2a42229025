// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartHeader.h"

#include <QFontMetricsF>
#include <QPainter>

namespace rankscope::widgets {
namespace {

constexpr double kBetween = 16; ///< pixels between values

void paint(QPainter& painter, const HeaderLine& header, double x, const QString& text,
           const QFont& font, const QColor& colour) {
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(QRectF(x, header.line.top(), 1000, header.line.height()),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
}

/// Returns where the leftmost of them begins.
double paintValues(QPainter& painter, const std::vector<HeaderValue>& values,
                   const HeaderLine& header, double left, const Theme& theme) {
    const QFont plain = font::text(font::kBody), medium = font::text(font::kBody, true);
    double right = header.line.right();
    painter.setOpacity(header.opacity);
    for (auto value = values.rbegin(); value != values.rend(); ++value) {
        const QString name = QString::fromStdString(value->name);
        const QString number = QString::fromStdString(value->value);
        const double numberWidth = QFontMetricsF(medium).horizontalAdvance(number);
        const double nameWidth = QFontMetricsF(plain).horizontalAdvance(name);
        const double width = numberWidth + nameWidth + (number.isEmpty() || name.isEmpty() ? 0 : 5);
        if (right - width < left + kBetween)
            break; // no room: the first values are the ones that can be spared
        const bool inked = value->ink != Ink::Healthy && value->ink != Ink::Mean;
        paint(painter, header, right - width, name, plain,
              inked ? theme.ink(value->ink) : theme.text2);
        paint(painter, header, right - numberWidth, number, medium,
              inked ? theme.ink(value->ink) : theme.text1);
        right -= width + kBetween;
    }
    painter.setOpacity(1);
    return right;
}

} // namespace

double titleWidth(const ChartFrame& frame) {
    return QFontMetricsF(font::text(font::kBody, true))
        .horizontalAdvance(QString::fromStdString(frame.title));
}

QRectF markBox(const ChartFrame& frame, const HeaderLine& header) {
    if (header.mark.isEmpty())
        return {};
    const QFontMetricsF metrics(font::text(font::kAxis));
    const double width = metrics.horizontalAdvance(header.mark) + 10;
    const double height = metrics.height() + 2;
    return {header.line.left() + titleWidth(frame) + header.control + 8,
            header.line.center().y() - height / 2, width, height};
}

void paintHeader(QPainter& painter, const ChartFrame& frame, const std::vector<HeaderValue>& values,
                 const HeaderLine& header, const Theme& theme) {
    paint(painter, header, header.line.left(), QString::fromStdString(frame.title),
          font::text(font::kBody, true), theme.text1);
    double left = header.line.left() + titleWidth(frame) + header.control;
    const QRectF mark = markBox(frame, header);
    if (mark.isValid()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.chosen, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(mark.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        painter.setFont(font::text(font::kAxis));
        painter.setPen(theme.chosen);
        painter.drawText(mark, Qt::AlignCenter, header.mark);
        left = mark.right();
    }
    const double right = paintValues(painter, values, header, left, theme);
    const double room = right - (left + 8);
    if (room > 24)
        paint(painter, header, left + 8,
              QFontMetricsF(font::text(font::kBody))
                  .elidedText(QString::fromStdString(frame.unit), Qt::ElideRight, room),
              font::text(font::kBody), theme.text3);
}

} // namespace rankscope::widgets
