// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartOverlay.h"

#include "widgets/charts/ChartMarks.h"
#include "widgets/charts/DensePaint.h"
#include "widgets/charts/LineStyle.h"
#include "widgets/charts/Segments.h"
#include "widgets/common/NumberText.h"
#include "widgets/common/PaintText.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace rankscope::widgets {
namespace {

constexpr float kReadoutOpacity = 0.94F;

QColor lineColour(const Curve& curve, const Theme& theme) {
    return curve.ink == Ink::Healthy ? theme.text2 : theme.ink(curve.ink);
}

/// The grid of a readout: rows below each other, columns side by side.
struct ReadoutGrid {
    double row, name, number, column;
    int rows, columns;

    ReadoutGrid(const std::vector<HeaderValue>& values, const PlotGeometry& geometry) {
        const QFontMetricsF plain(font::text(font::kAxis)), medium(font::text(font::kAxis, true));
        row = plain.height();
        name = number = 0;
        for (const HeaderValue& value : values) {
            name = std::max(name, plain.horizontalAdvance(QString::fromStdString(value.name)));
            number =
                std::max(number, medium.horizontalAdvance(QString::fromStdString(value.value)));
        }
        column = name + 6 + number + 14;
        const int count = static_cast<int>(values.size());
        const int tallest = std::max(1, static_cast<int>((geometry.plot.height() - 18) / row));
        const int widest = std::max(1, static_cast<int>(geometry.plot.width() / 2 / column));
        columns = std::clamp((count + tallest - 1) / tallest, 1, widest);
        rows = std::min(tallest, (count + columns - 1) / columns);
    }
};

} // namespace

void paintCursor(QPainter& painter, const PlotGeometry& geometry, double cursor, bool badge,
                 const Theme& theme) {
    if (!geometry.shows(cursor))
        return;
    const double x = crisp(geometry.toX(cursor));
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(theme.text2, 1));
    painter.drawLine(QPointF(x, geometry.plot.top()), QPointF(x, geometry.plot.bottom()));
    if (!badge)
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font::text(font::kAxis, true));
    const QString text = QString::fromStdString(fixedText(cursor, 0));
    const double width = std::max(38.0, painter.fontMetrics().horizontalAdvance(text) + 16.0);
    const QRectF box(x - width / 2, geometry.plot.bottom() + 4, width, font::scaled(16));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.text2);
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(theme.dark ? theme.onAccent : theme.surface);
    painter.drawText(box, Qt::AlignCenter, text);
}

void paintReadout(QPainter& painter, const std::vector<HeaderValue>& values,
                  const PlotGeometry& geometry, double cursor, const Theme& theme) {
    if (values.empty() || !geometry.shows(cursor))
        return;
    const QRectF& plot = geometry.plot;
    const ReadoutGrid grid(values, geometry);
    const QSizeF size(grid.columns * grid.column + 2, grid.rows * grid.row + 10);
    const double x = geometry.toX(cursor);
    const double left = x > plot.center().x() ? x - 8 - size.width() : x + 9;
    const QRectF box(QPointF(left, plot.top() + 4), size);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = theme.raised;
    ground.setAlphaF(kReadoutOpacity);
    painter.setPen(QPen(theme.border, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    const auto places =
        static_cast<std::size_t>(grid.rows) * static_cast<std::size_t>(grid.columns);
    const bool all = values.size() <= places;
    for (std::size_t i = 0; i < std::min(values.size(), places); ++i) {
        const auto row = static_cast<double>(i % static_cast<std::size_t>(grid.rows));
        const auto column = static_cast<double>(i / static_cast<std::size_t>(grid.rows));
        const QRectF cell(box.left() + 8 + column * grid.column, box.top() + 5 + row * grid.row,
                          grid.column - 14, grid.row);
        const HeaderValue& value = values[i];
        const bool inked = value.ink != Ink::Healthy;
        painter.setFont(font::text(font::kAxis));
        painter.setPen(inked ? theme.ink(value.ink) : theme.text2);
        if (!all && i + 1 == places) {
            painter.drawText(cell, Qt::AlignLeft | Qt::AlignVCenter,
                             QCoreApplication::translate("ChartPanel", "%1 more")
                                 .arg(values.size() - places + 1));
            break;
        }
        paintText(painter, cell, Qt::AlignLeft | Qt::AlignVCenter, value.name);
        painter.setFont(font::text(font::kAxis, true));
        painter.setPen(inked ? theme.ink(value.ink) : theme.text1);
        paintText(painter, cell, Qt::AlignRight | Qt::AlignVCenter, value.value);
    }
}

void paintZoomBox(QPainter& painter, const QRectF& box, const Theme& theme) {
    QColor fill = theme.chosen;
    fill.setAlphaF(0.16F);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(theme.chosen, 1));
    painter.setBrush(fill);
    painter.drawRect(box);
}

QImage highlighted(QImage picture, const Curve& curve, const PlotGeometry& geometry,
                   const Theme& theme) {
    const double ratio = picture.devicePixelRatio();
    const QPoint origin = (geometry.plot.topLeft() * ratio).toPoint();
    const QPoint end = (geometry.plot.bottomRight() * ratio).toPoint();
    ColumnImage columns(end.x() - origin.x(), end.y() - origin.y());
    for (const Segment& part : segments(curve.y, geometry.y.log))
        addLine(columns, curve, part, geometry, widthOf(curve) + 1);
    const QColor colour = lineColour(curve, theme);
    columns.blend(picture, origin.x(), origin.y(), colour);
    const std::string& name = curve.name.empty() ? curve.endLabel : curve.name;
    const auto y = visibleEnd(curve, geometry);
    if (name.empty() || !y)
        return picture;
    QPainter painter(&picture);
    painter.setFont(font::text(font::kBody, true));
    const double height = font::scaled(16), width = font::scaled(44);
    const QRectF box(geometry.plot.right() + 2,
                     std::clamp(*y, geometry.plot.top(), geometry.plot.bottom()) - height / 2,
                     width, height);
    painter.fillRect(box, theme.surface);
    painter.setPen(curve.ink == Ink::Healthy ? theme.text1 : colour);
    paintText(painter, box.adjusted(4, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, name);
    return picture;
}

} // namespace rankscope::widgets
