// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartCanvas.h"

#include "widgets/charts/ChartOverlay.h"
#include "widgets/charts/Segments.h"

#include <QAreaSeries>
#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLegend>
#include <QLineSeries>
#include <QPainter>
#include <QValueAxis>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace rankscope::widgets {
namespace {

/// A thick join on dense noisy lines costs quadratic time in the raster engine.
constexpr std::size_t kThickPoints = 1'000;

QPen penFor(const Curve& curve, const Theme& theme) {
    const bool strong = curve.ink != Ink::Healthy;
    const bool dense = curve.x.size() > kThickPoints;
    QPen pen(theme.ink(curve.ink), strong && !dense ? 2.0 : 1.0);
    pen.setCapStyle(Qt::RoundCap);
    pen.setJoinStyle(Qt::RoundJoin);
    return pen;
}

QColor bandColour(const Band& band, const Theme& theme) {
    QColor colour = theme.healthy;
    if (band.quiet)
        colour.setAlphaF(band.inner ? 0.24F : 0.14F);
    else
        colour.setAlphaF(band.inner ? 0.34F : 0.20F);
    return colour;
}

} // namespace

struct ChartCanvas::Impl {
    struct AreaSeries {
        QLineSeries* low;
        QLineSeries* high;
        QAreaSeries* area;
    };

    QGraphicsScene scene;
    QChart* chart = new QChart;
    QValueAxis* x = new QValueAxis;
    QValueAxis* y = new QValueAxis;
    std::vector<QLineSeries*> lines;
    std::vector<AreaSeries> areas;

    Impl() {
        chart->setBackgroundVisible(false);
        chart->setAnimationOptions(QChart::NoAnimation);
        chart->setMargins({});
        chart->layout()->setContentsMargins(0, 0, 0, 0);
        chart->legend()->hide();
        chart->addAxis(x, Qt::AlignBottom);
        chart->addAxis(y, Qt::AlignLeft);
        for (QValueAxis* axis : {x, y}) // limits only: grid and labels are painted by us
            axis->setVisible(false);
        scene.addItem(chart);
    }

    void attach(QAbstractSeries* series) {
        chart->addSeries(series);
        series->attachAxis(x);
        series->attachAxis(y);
    }

    QLineSeries* line(std::size_t index) {
        if (index == lines.size()) {
            lines.push_back(new QLineSeries);
            attach(lines.back());
        }
        return lines[index];
    }

    AreaSeries& area(std::size_t index) {
        if (index == areas.size()) {
            // Series paint in the order in which they were added: lines come back above it.
            for (QLineSeries* old : lines) {
                chart->removeSeries(old);
                delete old;
            }
            lines.clear();
            auto* low = new QLineSeries(chart);
            auto* high = new QLineSeries(chart);
            areas.push_back({low, high, new QAreaSeries(high, low)});
            areas.back().area->setPen(Qt::NoPen);
            attach(areas.back().area);
        }
        return areas[index];
    }
};

Scale scaleFor(const ChartFrame& frame, double plotHeight) {
    double min = std::numeric_limits<double>::infinity(), max = -min;
    const auto take = [&](const std::vector<double>& xs, const std::vector<double>& ys) {
        for (std::size_t i = 0; i < ys.size(); ++i) {
            const bool seen = xs[i] >= frame.first && xs[i] <= frame.last;
            if (seen && std::isfinite(ys[i]) && (!frame.logY || ys[i] > 0)) {
                min = std::min(min, ys[i]);
                max = std::max(max, ys[i]);
            }
        }
    };
    for (const Curve& curve : frame.curves)
        take(curve.x, curve.y);
    for (const Band& band : frame.bands) {
        if (band.quiet)
            continue;
        take(band.x, band.low);
        take(band.x, band.high);
    }
    if (frame.zeroLine && !frame.logY) {
        min = std::min(min, 0.0);
        max = std::max(max, 0.0);
    }
    const int room = std::max(2, static_cast<int>(plotHeight / 34));
    if (min > max) // nothing to show
        return frame.logY ? logScale(0.1, 1, room)
                          : linearScale(0, 1, room, frame.numbers, frame.fromZero);
    return frame.logY ? logScale(min, max, std::max(room, static_cast<int>(plotHeight / 22)))
                      : linearScale(min, max, room, frame.numbers, frame.fromZero);
}

ChartCanvas::ChartCanvas() : m_impl(std::make_unique<Impl>()) {}
ChartCanvas::~ChartCanvas() = default;

void ChartCanvas::setContent(const ChartFrame& frame, const PlotGeometry& geometry, QSize size,
                             const Theme& theme) {
    Impl& impl = *m_impl;
    impl.scene.setSceneRect(QRectF({}, size));
    impl.chart->resize(size);
    impl.chart->setPlotArea(geometry.plot);
    impl.x->setRange(geometry.first, geometry.last);
    const auto mapped = [&](double value) { return geometry.y.log ? std::log10(value) : value; };
    // A band may reach down to where there is no logarithm: then it ends just below the plot.
    const auto mappedLow = [&](double value) {
        return mapped(geometry.y.log ? std::max(value, geometry.y.min / 2) : value);
    };
    impl.y->setRange(mapped(geometry.y.min), mapped(geometry.y.max));

    std::size_t areas = 0;
    for (const Band& band : frame.bands)
        for (const Segment& part : segments(band.low, band.high, geometry.y.log)) {
            if (part.size() < 2)
                continue;
            auto& series = impl.area(areas++);
            QList<QPointF> low, high;
            for (std::size_t i = part.begin; i < part.end; ++i) {
                low.append({band.x[i], mappedLow(band.low[i])});
                high.append({band.x[i], mapped(band.high[i])});
            }
            series.low->replace(low);
            series.high->replace(high);
            series.area->setBrush(bandColour(band, theme));
            series.area->show();
        }
    for (; areas < impl.areas.size(); ++areas)
        impl.areas[areas].area->hide();

    std::size_t lines = 0;
    for (const Curve& curve : frame.curves) {
        const QPen pen = penFor(curve, theme);
        for (const Segment& part : segments(curve.y, geometry.y.log)) {
            if (part.size() < 2)
                continue; // a lone point is a dot, painted with the marks
            QLineSeries* series = impl.line(lines++);
            QList<QPointF> points;
            points.reserve(static_cast<qsizetype>(part.size()));
            for (std::size_t i = part.begin; i < part.end; ++i)
                points.append({curve.x[i], mapped(curve.y[i])});
            series->setPen(pen);
            series->replace(points);
            series->show();
        }
    }
    for (; lines < impl.lines.size(); ++lines)
        impl.lines[lines]->hide();
}

QPixmap ChartCanvas::render(const ChartFrame& frame, const PlotGeometry& geometry,
                            const Theme& theme, double devicePixelRatio) const {
    const QRectF all = m_impl->scene.sceneRect();
    QPixmap pixmap((all.size() * devicePixelRatio).toSize());
    pixmap.setDevicePixelRatio(devicePixelRatio);
    pixmap.fill(theme.surface);
    QPainter painter(&pixmap);
    paintGround(painter, frame, geometry, theme);
    // Always: measured, it costs lines nothing and an envelope of 64 ranks 1.4 ms a panel.
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(geometry.plot.adjusted(0, -1, 0, 1));
    m_impl->scene.render(&painter, all, all);
    painter.setClipping(false);
    paintMarks(painter, frame, geometry, theme);
    return pixmap;
}

} // namespace rankscope::widgets
