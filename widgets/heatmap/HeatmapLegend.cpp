// SPDX-License-Identifier: GPL-3.0-or-later
// What stands beside and below a map of ranks: bars, legend, remarks; and above one of steps.
#include "widgets/common/NumberText.h"
#include "widgets/common/Theme.h"
#include "widgets/heatmap/CosineColors.h"
#include "widgets/heatmap/HeatmapPaint.h"

#include <QFontMetricsF>
#include <QImage>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace rankscope::widgets {
namespace {

constexpr double kBarsWidth = 92;

QString toText(const std::string& text) {
    return QString::fromStdString(text);
}

/// All colours of the scale from its lowest value to its highest.
void paintRamp(QPainter& painter, const QRectF& bar, HeatmapScale scale, const Theme& theme) {
    constexpr int kSteps = 255;
    const double end = scale == HeatmapScale::Cosine ? 1 : 6;
    QImage ramp(kSteps, 1, QImage::Format_RGB32);
    for (int i = 0; i < kSteps; ++i) {
        const int index = scale == HeatmapScale::Cosine
                              ? i + 1
                              : CosineColors::distanceIndex(end * (2.0 * i / (kSteps - 1) - 1));
        const bool bare = scale == HeatmapScale::Distance && index == CosineColors::kZero;
        ramp.setPixel(i, 0, bare ? theme.plot.rgb() : CosineColors::of(theme.dark).table()[index]);
    }
    painter.drawImage(bar, ramp);
}

} // namespace

std::string legendText(double tick) {
    if (std::abs(tick) == 1)
        return tick < 0 ? std::string(kMinus) + "1" : "+1";
    return cosineText(tick, 1);
}

std::vector<double> legendTicks(double width, const QFontMetricsF& metrics) {
    constexpr double kApart = 4;
    const std::vector<double> ends{-1, 0, 1};
    for (const auto& ticks :
         {std::vector<double>{-1, -0.5, -0.1, 0, 0.1, 0.5, 1}, {-1, -0.5, 0, 0.5, 1}, ends}) {
        double free = -HUGE_VAL;
        const bool apart = std::all_of(ticks.begin(), ticks.end(), [&](double tick) {
            const double half = metrics.horizontalAdvance(toText(legendText(tick))) / 2;
            const double x = CosineColors::position(tick) * width / 2;
            return std::exchange(free, x + half + kApart) <= x - half;
        });
        if (apart)
            return ticks;
    }
    return ends;
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
    for (int r = 0; r < layout.rows(); ++r) {
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
    paintRamp(painter, bar, frame.scale, theme);
    painter.setFont(font::text(font::kAxis));
    for (const double tick : legendTicks(bar.width(), QFontMetricsF(painter.font()))) {
        const double x = bar.center().x() + CosineColors::position(tick) * bar.width() / 2;
        painter.fillRect(QRectF(std::round(x), bar.bottom(), 1, 4), theme.text3);
        painter.setPen(theme.text3);
        painter.drawText(QRectF(x - 20, bar.bottom() + 4, 40, 14), Qt::AlignCenter,
                         toText(legendText(tick)));
    }
    const double left = layout.map().right() + 14;
    double y = bar.top() - 5;
    if (!layout.small()) { // no room at the right: the error bar, in two lines at the left
        if (frame.aside.empty())
            return;
        QString error = toText(frame.aside.back());
        if (const auto space = error.lastIndexOf(QLatin1Char(' ')); space >= 0)
            error[space] = QChar::Nbsp;
        painter.drawText(QRectF(2, y - 2, layout.map().left() - 18, 30),
                         Qt::AlignRight | Qt::AlignTop | Qt::TextWordWrap, error);
        return;
    }
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

void paintTitle(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                const QString& remark, const Theme& theme) {
    const QFont plain = font::text(font::kBody), medium = font::text(font::kBody, true);
    const QRectF line(layout.map().left(), 0, layout.map().width(), HeatmapLayout::kStepTitle);
    const auto paint = [&](double x, const QString& text, const QFont& font, const QColor& colour) {
        painter.setFont(font);
        painter.setPen(colour);
        painter.drawText(QRectF(x, line.top(), 1000, line.height()),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
    };
    const QString title = toText(frame.title);
    paint(line.left(), title, medium, theme.text1);
    const QString low = toText(std::string(kMinus) + "6"), high = QStringLiteral("+6 sd");
    const QFontMetricsF size(plain);
    const double ramp = 100;
    double x = line.right() - size.horizontalAdvance(high);
    paint(x, high, plain, theme.text2);
    x -= ramp + 6;
    paintRamp(painter, QRectF(x, line.center().y() - 4, ramp, 8), frame.scale, theme);
    x -= size.horizontalAdvance(low) + 6;
    paint(x, low, plain, theme.text2);
    const double left = line.left() + QFontMetricsF(medium).horizontalAdvance(title) + 8;
    if (x - 16 - left > 24)
        paint(left, size.elidedText(remark, Qt::ElideRight, x - 16 - left), plain, theme.text3);
}

} // namespace rankscope::widgets
