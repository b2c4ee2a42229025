// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartMarks.h"

#include "widgets/charts/LineStyle.h"
#include "widgets/charts/RestartLabels.h"
#include "widgets/charts/Segments.h"
#include "widgets/charts/TopMarks.h"
#include "widgets/common/PaintText.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace rankscope::widgets {
namespace {

constexpr double kLeastForNote = 72; ///< pixels of the plot's height
constexpr float kVeil = 0.8F;        ///< opacity of the plot's colour under words over lines

void paintVeil(QPainter& painter, const QRectF& box, const Theme& theme) {
    QColor veil = theme.plot;
    veil.setAlphaF(kVeil);
    painter.fillRect(box, veil);
}

void paintDots(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
               const Theme& theme) {
    painter.setPen(Qt::NoPen);
    for (const Curve& curve : frame.curves) {
        if (curve.behind || curve.layer == Layer::Expected)
            continue;
        painter.setBrush(theme.ink(curve.ink));
        for (const Segment& part : segments(curve.y, geometry.y.log)) {
            const double x = curve.x[part.begin];
            if (part.size() == 1 && geometry.shows(x))
                painter.drawEllipse(QPointF(geometry.toX(x), geometry.toY(curve.y[part.begin])),
                                    1.5, 1.5);
        }
    }
}

/// Hollow dots where the main curve ends before, and begins after, a non-finite value.
void paintBreaks(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                 const Theme& theme) {
    std::vector<double> steps;
    for (const NonFiniteMark& mark : frame.nonFinite)
        if (geometry.shows(mark.x))
            steps.push_back(mark.x);
    std::sort(steps.begin(), steps.end());
    const auto isBeside = [&](double x) {
        const auto next = std::lower_bound(steps.begin(), steps.end(), x - 1);
        return next != steps.end() && *next <= x + 1;
    };
    painter.setBrush(theme.plot);
    painter.setPen(QPen(theme.mean, 1.5));
    for (const Curve& curve : frame.curves) {
        if (curve.ink != Ink::Mean || curve.behind)
            continue;
        for (const Segment& part : segments(curve.y, geometry.y.log))
            for (const std::size_t i : {part.begin, part.end - 1})
                if (geometry.shows(curve.x[i]) && isBeside(curve.x[i]))
                    painter.drawEllipse(QPointF(geometry.toX(curve.x[i]), geometry.toY(curve.y[i])),
                                        2.5, 2.5);
    }
}

void paintRestarts(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                   const Theme& theme) {
    painter.setFont(font::text(font::kAxis));
    for (const RestartMark& mark : frame.restarts) {
        if (!geometry.shows(mark.x))
            continue;
        const double x = crisp(geometry.toX(mark.x)), y = geometry.plot.bottom() - 10;
        painter.setPen(QPen(theme.text2, 1.5, Qt::DotLine));
        painter.drawLine(QPointF(x, geometry.plot.top()), QPointF(x, geometry.plot.bottom()));
        const QPointF diamond[] = {{x, y - 5}, {x + 4, y}, {x, y + 5}, {x - 4, y}};
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.mean);
        painter.drawPolygon(diamond, 4);
    }
    const QFontMetricsF metrics(painter.font());
    const auto widthOf = [&](const std::string& words) {
        return metrics.horizontalAdvance(QString::fromStdString(words)) + 4;
    };
    for (const RestartLabel& label : placeRestartLabels(frame.restarts, geometry, 7, widthOf)) {
        const double height = metrics.height();
        const QRectF box(label.left, geometry.plot.bottom() - 10 - height / 2, label.width, height);
        paintVeil(painter, box, theme);
        painter.setPen(theme.text1);
        paintText(painter, box, Qt::AlignCenter, label.text);
    }
}

void paintReferences(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                     const Theme& theme) {
    const QRectF& plot = geometry.plot;
    painter.setFont(font::text(font::kAxis));
    const QFontMetricsF metrics(painter.font());
    for (const ReferenceLine& line : frame.references) {
        const double at = geometry.toY(line.y);
        if (!(at >= plot.top() && at <= plot.bottom()))
            continue;
        const double y = crisp(at);
        QPen pen(theme.text2, 1);
        pen.setDashPattern({4, 2}); // as on paper: it is no curve
        painter.setPen(pen);
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        const QSizeF size = metrics.size(Qt::TextSingleLine, QString::fromStdString(line.label));
        const bool above = y - size.height() - 2 >= plot.top();
        const QRectF box(plot.right() - size.width() - 8, above ? y - size.height() - 1.5 : y + 1.5,
                         size.width() + 4, size.height());
        if (line.label.empty())
            continue;
        paintVeil(painter, box, theme);
        paintText(painter, box, Qt::AlignCenter, line.label);
    }
}

void paintEndLabels(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                    const Theme& theme) {
    std::vector<const Curve*> named;
    std::vector<double> wanted;
    for (const Curve& curve : frame.curves) {
        const auto end = curve.endLabel.empty() ? std::nullopt : visibleEnd(curve, geometry);
        if (!end)
            continue;
        named.push_back(&curve);
        wanted.push_back(*end);
    }
    const double height = font::scaled(14);
    const auto placed = spreadLabels(wanted, height, geometry.plot.top(), geometry.plot.bottom());
    for (std::size_t i = 0; i < named.size(); ++i) {
        const bool plain = named[i]->ink == Ink::Healthy;
        painter.setFont(font::text(font::kBody, !plain));
        painter.setPen(plain ? theme.text3 : theme.ink(named[i]->ink));
        paintText(painter, QRectF(geometry.plot.right() + 6, placed[i] - height / 2, 60, height),
                  Qt::AlignLeft | Qt::AlignVCenter, named[i]->endLabel);
    }
}

void paintNote(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
               const Theme& theme) {
    if (frame.note.empty() || geometry.plot.height() < kLeastForNote)
        return;
    painter.setFont(font::text(font::kAxis));
    const QRectF& plot = geometry.plot;
    const QString text =
        QFontMetricsF(painter.font())
            .elidedText(QString::fromStdString(frame.note), Qt::ElideRight, plot.width() - 16);
    const double width = QFontMetricsF(painter.font()).horizontalAdvance(text);
    const double height = font::scaled(16);
    const QRectF box(plot.left() + 4, plot.bottom() - height - 4, width + 8, height);
    paintVeil(painter, box, theme);
    painter.setPen(theme.text2);
    painter.drawText(box, Qt::AlignCenter, text);
}

} // namespace

std::optional<double> visibleEnd(const Curve& curve, const PlotGeometry& geometry) {
    const auto parts = segments(curve.y, geometry.y.log);
    const auto seen = std::find_if(parts.rbegin(), parts.rend(), [&](const Segment& part) {
        return curve.x[part.begin] <= geometry.last;
    });
    if (seen == parts.rend())
        return std::nullopt;
    std::size_t i = seen->end - 1;
    while (i > seen->begin && curve.x[i] > geometry.last)
        --i;
    const double y = geometry.toY(curve.y[i]);
    if (y < geometry.plot.top() - 1 || y > geometry.plot.bottom() + 1)
        return std::nullopt;
    return y;
}

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

void paintMarks(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                const Theme& theme) {
    painter.save();
    painter.setClipRect(geometry.plot.adjusted(-3, -3, 3, 3));
    paintDots(painter, frame, geometry, theme);
    paintBreaks(painter, frame, geometry, theme);
    paintRestarts(painter, frame, geometry, theme);
    paintReferences(painter, frame, geometry, theme);
    painter.restore();
    paintTopMarks(painter, frame, geometry, theme);
    paintEndLabels(painter, frame, geometry, theme);
    paintNote(painter, frame, geometry, theme);
}

} // namespace rankscope::widgets
