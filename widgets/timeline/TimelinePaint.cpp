// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/timeline/TimelinePaint.h"

#include "widgets/common/Hatch.h"
#include "widgets/common/Icons.h"
#include "widgets/common/Scale.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <limits>

namespace rankscope::widgets {
namespace {

constexpr double kMark = 14, kReach = 7;

double crisp(double v) {
    return std::floor(v) + 0.5;
}

bool shows(const TimelineFrame& frame, Layer layer) {
    return !frame.hidden.contains(layer);
}

QRectF gapBox(const Gap& gap, const TimelineGeometry& geometry) {
    const double left = geometry.toX(gap.first - 0.5), right = geometry.toX(gap.last + 0.5);
    return {left, geometry.strip().top(), std::max(2.0, right - left), geometry.strip().height()};
}

void paintView(QPainter& painter, const TimelineFrame& frame, const TimelineGeometry& geometry,
               const Theme& theme) {
    const QRectF box(geometry.viewLeft(), geometry.strip().top(),
                     geometry.viewRight() - geometry.viewLeft(), geometry.strip().height());
    QColor fill = theme.chosen;
    fill.setAlphaF(0.12F);
    painter.fillRect(box, fill);
    if (frame.loops) // closed at the top: playback comes back to the left handle
        painter.fillRect(QRectF(box.left(), box.top() - 2, box.width(), 2), theme.chosen);
    for (const double x : {box.left(), box.right()})
        painter.fillRect(QRectF(std::round(x) - 1, box.top() - 2, 2, box.height() + 4),
                         theme.chosen);
}

void paintOverview(QPainter& painter, const TimelineFrame& frame, const TimelineGeometry& geometry,
                   const Theme& theme) {
    const QRectF& strip = geometry.strip();
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const double y : frame.y)
        if (std::isfinite(y)) {
            low = std::min(low, y);
            high = std::max(high, y);
        }
    const auto toY = [&](double y) {
        const double t = high > low ? (y - low) / (high - low) : 0.5;
        return strip.bottom() - 5 - t * (strip.height() - 10);
    };
    QList<QLineF> lines;
    for (std::size_t i = 1; i < frame.x.size(); ++i)
        if (std::isfinite(frame.y[i]) && std::isfinite(frame.y[i - 1]))
            lines.append(QLineF(geometry.toX(frame.x[i - 1]), toY(frame.y[i - 1]),
                                geometry.toX(frame.x[i]), toY(frame.y[i])));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.text2, 1));
    painter.drawLines(lines);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void paintMarks(QPainter& painter, const TimelineFrame& frame, const TimelineGeometry& geometry,
                const Theme& theme) {
    const QRectF& strip = geometry.strip();
    const auto icon = [&](Icon which, double step, const QColor& colour) {
        drawIcon(painter, which,
                 QRectF(geometry.toX(step) - kMark / 2, strip.top() - 1, kMark, kMark), colour);
    };
    if (shows(frame, Layer::Restarts))
        for (const RestartMark& restart : frame.restarts) {
            painter.setPen(QPen(theme.text2, 1, Qt::DotLine));
            const double x = crisp(geometry.toX(restart.x));
            painter.drawLine(QPointF(x, strip.top()), QPointF(x, strip.bottom()));
        }
    if (shows(frame, Layer::NonFinite))
        for (const NonFiniteMark& mark : frame.nonFinite)
            icon(Icon::LostCross, mark.x, theme.mean);
    if (shows(frame, Layer::Findings))
        for (const FindingMark& finding : frame.findings)
            if (!hasLane(finding.shape))
                icon(finding.shape == FindingShape::Exact ? Icon::FindingExact : Icon::Diamond,
                     finding.first, theme.departed);
    if (!shows(frame, Layer::Notes))
        return;
    for (const NoteMark& note : frame.notes) { // a small flag on a pole
        const double x = std::floor(geometry.toX(note.x));
        painter.fillRect(QRectF(x, strip.top(), 1, strip.height()), theme.chosen);
        painter.fillRect(QRectF(x, strip.bottom() - 6, 6, 6), theme.chosen);
    }
}

/// A bar for one rank, two thin ones for several; the name stands before it, or else behind it.
void paintLanes(QPainter& painter, const TimelineFrame& frame, const TimelineGeometry& geometry,
                const Theme& theme) {
    painter.setFont(font::text(font::kAxis, true));
    const QFontMetricsF size(painter.font());
    for (std::size_t lane = 0; lane < geometry.lanes().size(); ++lane) {
        const FindingMark& finding = frame.findings[geometry.lanes()[lane]];
        const QRectF bar = geometry.bar(lane);
        if (finding.shape == FindingShape::Group) {
            const double half = std::floor((bar.height() - 2) / 2);
            painter.fillRect(QRectF(bar.left(), bar.top(), bar.width(), half), theme.departed);
            painter.fillRect(QRectF(bar.left(), bar.bottom() - half, bar.width(), half),
                             theme.departed);
        } else {
            painter.fillRect(bar, theme.departed);
        }
        const bool more = lane + 1 == geometry.lanes().size() && geometry.hiddenLanes() > 0;
        QString name = QString::fromStdString(finding.label);
        if (more)
            name += QStringLiteral("  +%1").arg(geometry.hiddenLanes());
        const double width = size.horizontalAdvance(name);
        double left = bar.left() - width - 5;
        if (left < geometry.strip().left())
            left = bar.right() + 5 + width <= geometry.strip().right() ? bar.right() + 5
                                                                       : bar.left() + 5;
        const bool onBar = left > bar.left() && left < bar.right();
        painter.setPen(onBar ? theme.onAccent : theme.departed);
        painter.drawText(QRectF(left, bar.center().y() - 8, width + 2, 16),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, name);
    }
}

void paintSteps(QPainter& painter, const TimelineFrame& frame, const TimelineGeometry& geometry,
                const Theme& theme) {
    const QRectF& strip = geometry.strip();
    painter.setPen(QPen(theme.border, 1));
    painter.drawLine(QPointF(strip.left(), crisp(strip.bottom())),
                     QPointF(strip.right(), crisp(strip.bottom())));
    painter.setFont(font::text(font::kAxis));
    painter.setPen(theme.text3);
    const int target = std::max(2, static_cast<int>(strip.width() / font::scaled(120)));
    const double right = strip.right() + strip.left();
    for (const Tick& tick : stepTicks(frame.first, frame.last, target)) {
        const double x = std::clamp(geometry.toX(tick.value), 24.0, right - 24.0);
        painter.drawText(QRectF(x - 40, geometry.lanesBottom() + 2, 80, font::scaled(16)),
                         Qt::AlignCenter, QString::fromStdString(tick.label));
    }
}

} // namespace

void paintTimeline(QPainter& painter, const TimelineFrame& frame, const TimelineGeometry& geometry,
                   const Theme& theme) {
    QColor hatch = theme.healthy;
    hatch.setAlphaF(0.55F);
    paintView(painter, frame, geometry, theme);
    if (shows(frame, Layer::Gaps))
        for (const Gap& gap : frame.gaps)
            paintHatch(painter, gapBox(gap, geometry), hatch);
    if (shows(frame, Layer::Mean))
        paintOverview(painter, frame, geometry, theme);
    paintMarks(painter, frame, geometry, theme);
    if (shows(frame, Layer::Findings))
        paintLanes(painter, frame, geometry, theme);
    paintSteps(painter, frame, geometry, theme);
}

void paintPlace(QPainter& painter, const TimelineFrame& frame, const TimelineGeometry& geometry,
                const Theme& theme) {
    const auto place = frame.playhead ? frame.playhead : frame.cursor;
    if (!place)
        return;
    const QRectF& strip = geometry.strip();
    const double x = crisp(std::clamp(geometry.toX(*place), strip.left(), strip.right()));
    if (frame.playhead) {
        QColor veil = theme.window;
        veil.setAlphaF(0.6F);
        painter.fillRect(QRectF(x, strip.top(), strip.right() - x, strip.height()), veil);
    }
    painter.setPen(QPen(theme.mean, 1));
    painter.drawLine(QPointF(x, strip.top() - 4), QPointF(x, geometry.lanesBottom()));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.mean);
    const QPointF flag[] = {{x - 5, 2}, {x + 5, 2}, {x, 9}};
    painter.drawPolygon(flag, 3);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

std::optional<QString> markText(const TimelineFrame& frame, const TimelineGeometry& geometry,
                                QPointF point) {
    const auto text = [](const std::string& words) -> std::optional<QString> {
        return words.empty() ? std::nullopt : std::optional(QString::fromStdString(words));
    };
    const auto near = [&](double step) {
        return std::abs(geometry.toX(step) - point.x()) <= kReach;
    };
    if (shows(frame, Layer::Findings)) {
        for (std::size_t lane = 0; lane < geometry.lanes().size(); ++lane)
            if (geometry.bar(lane).adjusted(-3, -1, 3, 1).contains(point))
                return text(frame.findings[geometry.lanes()[lane]].label);
        for (const FindingMark& finding : frame.findings)
            if (!hasLane(finding.shape) && near(finding.first))
                return text(finding.label);
    }
    if (shows(frame, Layer::Notes))
        for (const NoteMark& note : frame.notes)
            if (near(note.x))
                return text(note.text);
    if (shows(frame, Layer::NonFinite))
        for (const NonFiniteMark& mark : frame.nonFinite)
            if (near(mark.x))
                return text(mark.label);
    if (shows(frame, Layer::Restarts))
        for (const RestartMark& restart : frame.restarts)
            if (near(restart.x))
                return text(restart.label);
    if (shows(frame, Layer::Gaps))
        for (const Gap& gap : frame.gaps)
            if (gapBox(gap, geometry).contains(point))
                return text(gap.label);
    return std::nullopt;
}

} // namespace rankscope::widgets
