// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartOverlay.h"

#include "widgets/charts/Segments.h"
#include "widgets/common/Hatch.h"
#include "widgets/common/NumberText.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace rankscope::widgets {
namespace {

/// A one pixel line lies on pixel centres.
double crisp(double v) {
    return std::floor(v) + 0.5;
}

void cross(QPainter& painter, QPointF at, double half, const QColor& colour) {
    painter.setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(at + QPointF(-half, -half), at + QPointF(half, half));
    painter.drawLine(at + QPointF(-half, half), at + QPointF(half, -half));
}

void label(QPainter& painter, QRectF box, Qt::Alignment alignment, const std::string& text) {
    painter.drawText(box, static_cast<int>(alignment) | Qt::TextSingleLine,
                     QString::fromStdString(text));
}

int stepLabelCount(const PlotGeometry& geometry) {
    return std::max(2, static_cast<int>(geometry.plot.width() / 72));
}

void paintDots(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
               const Theme& theme) {
    painter.setPen(Qt::NoPen);
    for (const Curve& curve : frame.curves) {
        painter.setBrush(theme.ink(curve.ink));
        for (const Segment& part : segments(curve.y, geometry.y.log)) {
            const double x = curve.x[part.begin];
            if (part.size() == 1 && x >= geometry.first && x <= geometry.last)
                painter.drawEllipse(QPointF(geometry.toX(x), geometry.toY(curve.y[part.begin])),
                                    1.5, 1.5);
        }
    }
}

/// Hollow dots where the main curve ends before, and begins after, a non-finite value.
void paintBreaks(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                 const Theme& theme) {
    painter.setBrush(theme.plot);
    painter.setPen(QPen(theme.mean, 1.5));
    for (const Curve& curve : frame.curves) {
        if (curve.ink != Ink::Mean)
            continue;
        const auto parts = segments(curve.y, geometry.y.log);
        for (const NonFiniteMark& mark : frame.nonFinite)
            for (const Segment& part : parts)
                for (const std::size_t i : {part.begin, part.end - 1}) {
                    const bool beside = std::abs(curve.x[i] - mark.x) <= 1;
                    if (beside && curve.x[i] >= geometry.first && curve.x[i] <= geometry.last)
                        painter.drawEllipse(
                            QPointF(geometry.toX(curve.x[i]), geometry.toY(curve.y[i])), 2.5, 2.5);
                }
    }
}

void paintNonFinite(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                    const Theme& theme) {
    painter.setFont(font::text(font::kAxis, true));
    double free = geometry.plot.left() - 1;
    for (const NonFiniteMark& mark : frame.nonFinite) {
        if (mark.x < geometry.first || mark.x > geometry.last)
            continue;
        const double x = geometry.toX(mark.x), y = geometry.plot.top() + 9;
        if (x - 5 < free)
            continue; // a cross stands here already
        cross(painter, {x, y}, 4, theme.mean);
        free = x + 5;
        const QString text = QString::fromStdString(mark.label);
        const double width = painter.fontMetrics().horizontalAdvance(text);
        if (text.isEmpty() || x + 9 + width > geometry.plot.right())
            continue;
        painter.setPen(theme.text1);
        painter.drawText(QPointF(x + 9, y + 4), text);
        free = x + 14 + width;
    }
}

void paintRestarts(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                   const Theme& theme) {
    painter.setFont(font::text(font::kAxis));
    for (const RestartMark& mark : frame.restarts) {
        if (mark.x < geometry.first || mark.x > geometry.last)
            continue;
        const double x = crisp(geometry.toX(mark.x)), y = geometry.plot.bottom() - 10;
        painter.setPen(QPen(theme.text2, 1.5, Qt::DotLine));
        painter.drawLine(QPointF(x, geometry.plot.top()), QPointF(x, geometry.plot.bottom()));
        const QPointF diamond[] = {{x, y - 5}, {x + 4, y}, {x, y + 5}, {x - 4, y}};
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.mean);
        painter.drawPolygon(diamond, 4);
        const QString text = QString::fromStdString(mark.label);
        const double width = painter.fontMetrics().horizontalAdvance(text);
        const bool left = x + 9 + width > geometry.plot.right();
        painter.setPen(theme.text1);
        painter.drawText(QPointF(left ? x - 9 - width : x + 9, y + 4), text);
    }
}

void paintEndLabels(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                    const Theme& theme) {
    std::vector<const Curve*> named;
    std::vector<double> wanted;
    for (const Curve& curve : frame.curves) {
        if (curve.endLabel.empty())
            continue;
        const auto parts = segments(curve.y, geometry.y.log);
        const auto seen = std::find_if(parts.rbegin(), parts.rend(), [&](const Segment& part) {
            return curve.x[part.begin] <= geometry.last;
        });
        if (seen == parts.rend())
            continue;
        std::size_t i = seen->end - 1;
        while (i > seen->begin && curve.x[i] > geometry.last)
            --i;
        named.push_back(&curve);
        wanted.push_back(geometry.toY(curve.y[i]));
    }
    const double height = 14;
    const auto placed = spreadLabels(wanted, height, geometry.plot.top(), geometry.plot.bottom());
    for (std::size_t i = 0; i < named.size(); ++i) {
        const bool plain = named[i]->ink == Ink::Healthy;
        painter.setFont(font::text(font::kBody, !plain));
        painter.setPen(plain ? theme.text3 : theme.ink(named[i]->ink));
        label(painter, QRectF(geometry.plot.right() + 6, placed[i] - height / 2, 60, height),
              Qt::AlignLeft | Qt::AlignVCenter, named[i]->endLabel);
    }
}

} // namespace

std::vector<double> spreadLabels(std::vector<double> wanted, double height, double top,
                                 double bottom) {
    std::vector<std::size_t> order(wanted.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
    double free = top + height / 2;
    for (const std::size_t i : order) {
        wanted[i] = std::max(wanted[i], free);
        free = wanted[i] + height;
    }
    free = bottom - height / 2;
    for (auto i = order.rbegin(); i != order.rend(); ++i) {
        wanted[*i] = std::min(wanted[*i], free);
        free = wanted[*i] - height;
    }
    return wanted;
}

void paintGround(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                 const Theme& theme) {
    const QRectF& plot = geometry.plot;
    painter.fillRect(plot, theme.plot);
    painter.setPen(QPen(theme.grid, 1));
    for (const Tick& tick : stepTicks(geometry.first, geometry.last, stepLabelCount(geometry))) {
        const double x = crisp(geometry.toX(tick.value));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
    for (const Tick& tick : geometry.y.ticks) {
        const double y = crisp(geometry.toY(tick.value));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    }
    for (const Gap& gap : frame.gaps) {
        const double left = std::max(plot.left(), geometry.toX(gap.first - 0.5));
        const double right = std::min(plot.right(), geometry.toX(gap.last + 0.5));
        if (right <= left)
            continue;
        const QRectF area(left, plot.top(), std::max(2.0, right - left), plot.height());
        QColor hatch = theme.healthy;
        hatch.setAlphaF(0.55F);
        paintHatch(painter, area, hatch);
        painter.setFont(font::text(font::kAxis));
        const QString text = QString::fromStdString(gap.label);
        const double width = painter.fontMetrics().horizontalAdvance(text);
        if (!text.isEmpty() && width + 2 <= area.width()) {
            const QRectF box(area.center().x() - width / 2 - 2, plot.top() + 2, width + 4, 14);
            painter.fillRect(box, theme.plot);
            painter.setPen(theme.text3);
            painter.drawText(box, Qt::AlignCenter, text);
        }
    }
    if (frame.zeroLine) {
        painter.setPen(QPen(theme.text3, 1));
        const double y = crisp(geometry.toY(0));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    }
    painter.setPen(QPen(theme.border, 1));
    painter.drawLine(QPointF(plot.left() - 0.5, plot.top()),
                     QPointF(plot.left() - 0.5, plot.bottom()));
    painter.drawLine(QPointF(plot.left(), plot.bottom() + 0.5),
                     QPointF(plot.right(), plot.bottom() + 0.5));
    painter.setFont(font::text(font::kAxis));
    painter.setPen(theme.text3);
    for (const Tick& tick : geometry.y.ticks)
        label(painter, QRectF(0, geometry.toY(tick.value) - 8, plot.left() - 8, 16),
              Qt::AlignRight | Qt::AlignVCenter, tick.label);
}

void paintMarks(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                const Theme& theme) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.save();
    painter.setClipRect(geometry.plot.adjusted(-3, -3, 3, 3));
    paintDots(painter, frame, geometry, theme);
    paintBreaks(painter, frame, geometry, theme);
    paintRestarts(painter, frame, geometry, theme);
    painter.restore();
    paintNonFinite(painter, frame, geometry, theme);
    paintEndLabels(painter, frame, geometry, theme);
    if (!frame.note.empty()) {
        painter.setFont(font::text(font::kAxis));
        const double noteWidth =
            painter.fontMetrics().horizontalAdvance(QString::fromStdString(frame.note));
        QColor veil = theme.plot;
        veil.setAlphaF(0.8F);
        painter.fillRect(
            QRectF(geometry.plot.left() + 4, geometry.plot.bottom() - 20, noteWidth + 8, 16), veil);
        painter.setPen(theme.text2);
        label(painter,
              QRectF(geometry.plot.left() + 8, geometry.plot.bottom() - 20,
                     geometry.plot.width() - 16, 16),
              Qt::AlignLeft | Qt::AlignVCenter, frame.note);
    }
}

double titleWidth(const ChartFrame& frame) {
    return QFontMetricsF(font::text(font::kBody, true))
        .horizontalAdvance(QString::fromStdString(frame.title));
}

void paintHeader(QPainter& painter, const ChartFrame& frame, const std::vector<HeaderValue>& values,
                 const QRectF& line, double control, double opacity, const Theme& theme) {
    const QFont plain = font::text(font::kBody), medium = font::text(font::kBody, true);
    const QFontMetricsF plainSize(plain), mediumSize(medium);
    const auto paint = [&](double x, const QString& text, const QFont& font, const QColor& colour) {
        painter.setFont(font);
        painter.setPen(colour);
        painter.drawText(QRectF(x, line.top(), 1000, line.height()),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
    };
    const QString title = QString::fromStdString(frame.title);
    const double left = line.left() + titleWidth(frame) + control;
    paint(line.left(), title, medium, theme.text1);

    double right = line.right();
    painter.setOpacity(opacity);
    for (auto value = values.rbegin(); value != values.rend(); ++value) {
        const QString name = QString::fromStdString(value->name);
        const QString number = QString::fromStdString(value->value);
        const double numberWidth = mediumSize.horizontalAdvance(number);
        const double nameWidth = plainSize.horizontalAdvance(name);
        const double width = numberWidth + nameWidth + (number.isEmpty() || name.isEmpty() ? 0 : 5);
        if (right - width < left + 16)
            break; // no room: the first values are the ones that can be spared
        const bool inked = value->ink != Ink::Healthy && value->ink != Ink::Mean;
        paint(right - width, name, plain, inked ? theme.ink(value->ink) : theme.text2);
        paint(right - numberWidth, number, medium, inked ? theme.ink(value->ink) : theme.text1);
        right -= width + 16;
    }
    painter.setOpacity(1);
    const double room = right - (left + 8);
    if (room > 24)
        paint(left + 8,
              plainSize.elidedText(QString::fromStdString(frame.unit), Qt::ElideRight, room), plain,
              theme.text3);
}

void paintStepLabels(QPainter& painter, const PlotGeometry& geometry, std::optional<double> cursor,
                     const Theme& theme) {
    painter.setFont(font::text(font::kAxis));
    painter.setPen(theme.text3);
    const double bottom = geometry.plot.bottom();
    for (const Tick& tick : stepTicks(geometry.first, geometry.last, stepLabelCount(geometry))) {
        const double x = geometry.toX(tick.value);
        if (cursor && std::abs(x - geometry.toX(*cursor)) < 44)
            continue;
        label(painter, QRectF(x - 40, bottom + 4, 80, 16), Qt::AlignCenter, tick.label);
    }
}

void paintCursor(QPainter& painter, const PlotGeometry& geometry, double cursor, bool badge,
                 const Theme& theme) {
    if (cursor < geometry.first || cursor > geometry.last)
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
    const QRectF box(x - width / 2, geometry.plot.bottom() + 4, width, 16);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.text2);
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(theme.dark ? theme.onAccent : theme.surface);
    painter.drawText(box, Qt::AlignCenter, text);
}

void paintHighlight(QPainter& painter, const Curve& curve, const PlotGeometry& geometry,
                    const Theme& theme) {
    painter.save();
    painter.setClipRect(geometry.plot.adjusted(0, -1, 0, 1));
    painter.setRenderHint(QPainter::Antialiasing, curve.x.size() <= 2000);
    painter.setPen(QPen(curve.ink == Ink::Healthy ? theme.text2 : theme.ink(curve.ink), 2));
    QList<QLineF> lines; // drawLines: a thick polyline of noise takes quadratic time
    for (const Segment& part : segments(curve.y, geometry.y.log))
        for (std::size_t i = part.begin + 1; i < part.end; ++i)
            lines.append(QLineF(geometry.toX(curve.x[i - 1]), geometry.toY(curve.y[i - 1]),
                                geometry.toX(curve.x[i]), geometry.toY(curve.y[i])));
    painter.drawLines(lines);
    painter.restore();
}

} // namespace rankscope::widgets
