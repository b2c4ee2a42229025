// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartGround.h"

#include "widgets/common/Hatch.h"
#include "widgets/common/PaintText.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace rankscope::widgets {
namespace {

constexpr float kFindingTint = 0.05F, kHatchOpacity = 0.55F;

std::vector<Tick> ticksOf(const PlotGeometry& geometry) {
    const int room = std::max(2, static_cast<int>(geometry.plot.width() / font::scaled(72)));
    return stepTicks(geometry.first, geometry.last, room);
}

QRectF spanOf(const PlotGeometry& geometry, double first, double last) {
    const double left = std::max(geometry.plot.left(), geometry.toX(first));
    const double right = std::min(geometry.plot.right(), geometry.toX(last));
    return {left, geometry.plot.top(), right - left, geometry.plot.height()};
}

void paintGrid(QPainter& painter, const PlotGeometry& geometry, const Theme& theme) {
    const QRectF& plot = geometry.plot;
    painter.setPen(QPen(theme.grid, 1));
    for (const Tick& tick : ticksOf(geometry)) {
        const double x = crisp(geometry.toX(tick.value));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
    for (const Tick& tick : geometry.y.ticks) {
        const double y = crisp(geometry.toY(tick.value));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    }
}

void paintGaps(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
               const Theme& theme) {
    QColor hatch = theme.healthy;
    hatch.setAlphaF(kHatchOpacity);
    painter.setFont(font::text(font::kAxis));
    for (const Gap& gap : frame.gaps) {
        QRectF area = spanOf(geometry, gap.first - 0.5, gap.last + 0.5);
        if (area.width() <= 0)
            continue;
        area.setWidth(std::max(2.0, area.width()));
        paintHatch(painter, area, hatch);
        const QFontMetricsF metrics(painter.font());
        QString text = QString::fromStdString(gap.label);
        if (metrics.horizontalAdvance(text) + 4 > area.width())
            text = QString::fromStdString(gap.brief);
        const QSizeF size = metrics.size(Qt::TextSingleLine, text);
        if (text.isEmpty() || size.width() + 2 > area.width())
            continue;
        const QRectF box(area.center().x() - size.width() / 2 - 2, area.top() + 2, size.width() + 4,
                         size.height());
        painter.fillRect(box, theme.plot);
        painter.setPen(theme.text3);
        painter.drawText(box, Qt::AlignCenter, text);
    }
}

void paintFindingSpans(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                       const Theme& theme) {
    QColor tint = theme.departed;
    tint.setAlphaF(kFindingTint);
    QPainterPath spans; // filled once: where two findings hold it is no more orange
    spans.setFillRule(Qt::WindingFill);
    for (const FindingMark& finding : frame.findings) {
        const QRectF area = spanOf(geometry, finding.first, finding.last.value_or(geometry.last));
        if (area.width() > 0 && finding.shape != FindingShape::Transient)
            spans.addRect(area);
    }
    painter.fillPath(spans, tint);
}

void paintAxes(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
               const Theme& theme) {
    const QRectF& plot = geometry.plot;
    const double zero = geometry.toY(0);
    if (frame.zeroLine && zero >= plot.top() && zero <= plot.bottom()) {
        painter.setPen(QPen(theme.text3, 1));
        painter.drawLine(QPointF(plot.left(), crisp(zero)), QPointF(plot.right(), crisp(zero)));
    }
    painter.setPen(QPen(theme.border, 1));
    painter.drawLine(QPointF(plot.left() - 0.5, plot.top()),
                     QPointF(plot.left() - 0.5, plot.bottom()));
    painter.drawLine(QPointF(plot.left(), plot.bottom() + 0.5),
                     QPointF(plot.right(), plot.bottom() + 0.5));
    painter.setFont(font::text(font::kAxis));
    painter.setPen(theme.text3);
    for (const Tick& tick : geometry.y.ticks)
        paintText(painter, QRectF(0, geometry.toY(tick.value) - 10, plot.left() - 8, 20),
                  Qt::AlignRight | Qt::AlignVCenter, tick.label);
}

} // namespace

void paintGround(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                 const Theme& theme) {
    painter.fillRect(geometry.plot, theme.plot);
    paintGrid(painter, geometry, theme);
    paintGaps(painter, frame, geometry, theme);
    paintFindingSpans(painter, frame, geometry, theme);
    paintAxes(painter, frame, geometry, theme);
}

void paintStepLabels(QPainter& painter, const PlotGeometry& geometry, std::optional<double> cursor,
                     const Theme& theme) {
    painter.setFont(font::text(font::kAxis));
    painter.setPen(theme.text3);
    const double top = geometry.plot.bottom() + 4, height = font::scaled(16);
    const double room = font::scaled(44);
    for (const Tick& tick : ticksOf(geometry)) {
        const double x = geometry.toX(tick.value);
        if (cursor && std::abs(x - geometry.toX(*cursor)) < room)
            continue;
        paintText(painter, QRectF(x - room, top, 2 * room, height), Qt::AlignCenter, tick.label);
    }
}

} // namespace rankscope::widgets
