// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap/HeatmapPaint.h"

#include "widgets/common/Hatch.h"
#include "widgets/common/NumberText.h"
#include "widgets/common/Theme.h"
#include "widgets/heatmap/CosineColors.h"

#include <QFontMetricsF>
#include <QImage>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

namespace rankscope::widgets {
namespace {

constexpr double kBarsWidth = 92;
constexpr double kSeparated = 8; ///< cells of this size have a line between them

QString toText(const std::string& text) {
    return QString::fromStdString(text);
}

int rowsOf(const HeatmapFrame& frame) {
    return static_cast<int>(frame.rows.size());
}
int columnsOf(const HeatmapFrame& frame) {
    return static_cast<int>(frame.columns.size());
}

/// Many small cells: one indexed pixel each, scaled without smoothing.
void paintImage(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                const Theme& theme) {
    QImage image(columnsOf(frame), rowsOf(frame), QImage::Format_Indexed8);
    image.setColorTable(CosineColors::of(theme.dark).table());
    for (int r = 0; r < rowsOf(frame); ++r) {
        uchar* line = image.scanLine(r);
        for (int c = 0; c < columnsOf(frame); ++c)
            line[c] = frame.square() && r == c
                          ? uchar{CosineColors::kUndefined}
                          : static_cast<uchar>(CosineColors::index(significantValue(frame, r, c)));
    }
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.drawImage(layout.map(), image);
}

void paintCell(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout, int r,
               int c, const Theme& theme) {
    const QRectF box = layout.cell(r, c).adjusted(0, 0, -1, -1);
    if (frame.square() && r == c) {
        painter.fillRect(box, theme.plot);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.border, 1));
        const double inset = box.width() * 0.32;
        painter.drawLine(box.topLeft() + QPointF(inset, inset),
                         box.bottomRight() - QPointF(inset, inset));
        painter.setRenderHint(QPainter::Antialiasing, false);
        return;
    }
    const double value = frame.at(static_cast<std::size_t>(r), static_cast<std::size_t>(c));
    if (std::isnan(value)) {
        painter.fillRect(box, theme.plot);
        paintHatch(painter, box, theme.healthy);
        return;
    }
    const QColor colour = CosineColors::of(theme.dark).colour(significantValue(frame, r, c));
    painter.fillRect(box, colour);
    if (frame.square() && layout.small() && box.height() >= 16) {
        const QString text = toText(cosineText(value));
        if (painter.fontMetrics().horizontalAdvance(text) <= box.width() + 1) {
            painter.setPen(CosineColors::textOn(colour));
            painter.drawText(box, Qt::AlignCenter, text);
        }
    }
}

/// Every how many names there is room for one: 1, 2, 4, 8, as ranks come in nodes.
int stride(double cell, double wanted) {
    int every = 1;
    while (cell * every < wanted)
        every *= 2;
    return every;
}

QColor labelColour(const HeatmapFrame& frame, int index, const Theme& theme) {
    return index == frame.selected ? theme.chosen : theme.text2;
}

} // namespace

double significantValue(const HeatmapFrame& frame, int row, int column) {
    const auto r = static_cast<std::size_t>(row), c = static_cast<std::size_t>(column);
    const double value = frame.at(r, c), sd = frame.sdAt(r, c);
    return std::abs(value) < 2 * sd ? 0 : value;
}

void paintCells(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                const Theme& theme) {
    if (std::min(layout.cellWidth(), layout.cellHeight()) < kSeparated && frame.square()) {
        paintImage(painter, frame, layout, theme);
        return;
    }
    painter.setFont(font::text(layout.cellWidth() >= 30 ? font::kBody : font::kAxis));
    if (layout.cellHeight() < 3 || layout.cellWidth() < 3)
        paintImage(painter, frame, layout, theme);
    else
        for (int r = 0; r < rowsOf(frame); ++r)
            for (int c = 0; c < columnsOf(frame); ++c)
                paintCell(painter, frame, layout, r, c, theme);
}

void paintLabels(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                 const Theme& theme) {
    const QRectF& map = layout.map();
    const double nameSize = frame.square() ? font::kBody : font::kLayer;
    const int columnStride = stride(layout.cellWidth(), columnsOf(frame) <= 10 ? 12 : 22);
    for (int c = 0; c < columnsOf(frame); c += columnStride) {
        const QRectF cell = layout.cell(0, c);
        const double y = frame.square() ? map.top() - HeatmapLayout::kLabels : map.bottom() + 2;
        painter.setFont(
            font::text(frame.square() ? font::kBody : font::kAxis, c == frame.selected));
        painter.setPen(labelColour(frame, c, theme));
        painter.drawText(QRectF(cell.center().x() - 30, y, 60, HeatmapLayout::kLabels - 2),
                         Qt::AlignCenter, toText(frame.columns[static_cast<std::size_t>(c)]));
    }
    const int rowStride = stride(layout.cellHeight(), frame.square() ? 14 : 10.5);
    for (int r = 0; r < rowsOf(frame); r += rowStride) {
        const QRectF cell = layout.cell(r, 0);
        const bool chosen = frame.square() && r == frame.selected;
        painter.setFont(font::text(nameSize, chosen));
        painter.setPen(chosen ? theme.chosen : theme.text2);
        const QRectF box(4, cell.center().y() - 8, map.left() - 12, 16);
        painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter,
                         QFontMetricsF(painter.font())
                             .elidedText(toText(frame.rows[static_cast<std::size_t>(r)]),
                                         Qt::ElideMiddle, box.width()));
    }
    if (frame.square() && layout.small()) {
        painter.setFont(font::text(font::kAxis));
        painter.setPen(theme.text3);
        painter.drawText(QRectF(4, map.top() - HeatmapLayout::kLabels, map.left() - 12, 18),
                         Qt::AlignRight | Qt::AlignVCenter, toText(frame.rowKind));
    }
}

void paintBars(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
               double right, const Theme& theme) {
    if (frame.bars.empty() || !layout.small() || layout.cellHeight() < 12)
        return;
    right = std::min(right, layout.map().right() + kBarsWidth); // beside a map that gave way
    const double half = 18, axis = right - 14 - half, textRight = axis - half - 6;
    painter.setFont(font::text(font::kAxis));
    painter.setPen(theme.text3);
    painter.drawText(QRectF(layout.map().right(), layout.map().top() - HeatmapLayout::kLabels,
                            right - 12 - layout.map().right(), 18),
                     Qt::AlignRight | Qt::AlignVCenter, toText(frame.barsTitle));
    for (int r = 0; r < rowsOf(frame); ++r) {
        const double value = frame.bars[static_cast<std::size_t>(r)];
        const QRectF row = layout.row(r);
        const bool chosen = r == frame.selected;
        painter.setFont(font::text(font::kBody, chosen));
        painter.setPen(chosen ? theme.chosen : theme.text2);
        painter.drawText(QRectF(textRight - 50, row.top(), 50, row.height() - 1),
                         Qt::AlignRight | Qt::AlignVCenter,
                         toText(std::isnan(value) ? kUndefined : cosineText(value)));
        painter.fillRect(QRectF(std::floor(axis), row.center().y() - 8, 1, 16), theme.text3);
        if (std::isnan(value))
            continue;
        const double length = std::round(half * CosineColors::position(value));
        const QRectF bar(length < 0 ? axis + length : axis + 1, row.center().y() - 4,
                         std::abs(length), 8);
        painter.fillRect(bar, chosen ? theme.chosen : theme.healthy);
    }
}

void paintLegend(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                 double right, const Theme& theme) {
    const QRectF bar(layout.map().left(), layout.map().bottom() + 9, layout.map().width(), 8);
    QImage ramp(255, 1, QImage::Format_RGB32);
    for (int i = 1; i < 256; ++i)
        ramp.setPixel(i - 1, 0, CosineColors::of(theme.dark).table()[i]);
    painter.drawImage(bar, ramp);
    painter.setFont(font::text(font::kAxis));
    for (const double tick : {-1.0, -0.5, -0.1, 0.0, 0.1, 0.5, 1.0}) {
        const double x = bar.center().x() + CosineColors::position(tick) * bar.width() / 2;
        painter.fillRect(QRectF(std::round(x), bar.bottom(), 1, 4), theme.text3);
        std::string text = cosineText(tick, 1);
        if (std::abs(tick) == 1)
            text = tick < 0 ? std::string(kMinus) + "1" : "+1";
        painter.setPen(theme.text3);
        painter.drawText(QRectF(x - 20, bar.bottom() + 4, 40, 14), Qt::AlignCenter, toText(text));
    }
    const double left = layout.map().right() + 14;
    double y = bar.top() - 5;
    if (!layout.small())
        return; // no room beside the map
    for (const std::string& line : frame.aside) {
        painter.drawText(QRectF(left, y, right - left - 6, 15), Qt::AlignLeft | Qt::AlignVCenter,
                         toText(line));
        y += 15;
    }
}

void paintAside(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                double right, double bottom, const Theme& theme) {
    const double left = layout.map().right() + 14;
    if (!layout.small() || right - left < 60)
        return;
    double y = layout.map().top();
    for (std::size_t i = 0; i < frame.aside.size() && y + 16 <= bottom; ++i) {
        const bool value = i >= 1 && i <= 3; // kind, then where, who and how much
        painter.setFont(font::text(value ? font::kBody : font::kAxis, i == 3));
        painter.setPen(value ? theme.text1 : theme.text3);
        const QRectF box(left, y, right - left - 6, 16);
        painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(painter.font())
                             .elidedText(toText(frame.aside[i]), Qt::ElideRight, box.width()));
        y += 17;
    }
}

void paintSelection(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                    const Theme& theme) {
    if (frame.selected < 0 || frame.selected >= columnsOf(frame))
        return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.chosen, 1));
    painter.drawRect(layout.column(frame.selected).adjusted(-0.5, -0.5, -0.5, -0.5));
    if (frame.square())
        painter.drawRect(layout.row(frame.selected).adjusted(-0.5, -0.5, -0.5, -0.5));
}

} // namespace rankscope::widgets
