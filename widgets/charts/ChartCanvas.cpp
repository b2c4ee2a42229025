// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartCanvas.h"

#include "widgets/charts/ChartOverlay.h"
#include "widgets/charts/Segments.h"

#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QImage>
#include <QLegend>
#include <QLineSeries>
#include <QPaintDevice>
#include <QPainter>
#include <QPolygonF>
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
        colour.setAlphaF(band.kind == BandKind::Inner ? 0.24F : 0.14F);
    else
        colour.setAlphaF(band.kind == BandKind::Inner ? 0.34F : 0.20F);
    return colour;
}

/// Bands are filled in pieces of so many points: a whole noisy outline costs the raster engine the
/// square of its points, as each of its scan lines crosses most of them.
constexpr std::size_t kPiece = 16;

void paintBand(QPainter& painter, const Band& band, const Segment& part,
               const PlotGeometry& geometry) {
    // A band may reach down to where there is no logarithm: then it ends just below the plot.
    const double lowest = geometry.y.log ? geometry.y.min / 2 : -HUGE_VAL;
    const double ratio = painter.device()->devicePixelRatioF();
    for (std::size_t begin = part.begin; begin + 1 < part.end; begin += kPiece) {
        const std::size_t last = std::min(begin + kPiece, part.end - 1);
        const auto x = [&](std::size_t i) { // pieces meet at whole pixels, and leave no seam
            const double at = geometry.toX(band.x[i]);
            return i == begin || i == last ? std::round(at * ratio) / ratio : at;
        };
        QPolygonF outline;
        outline.reserve(static_cast<qsizetype>(2 * (last - begin + 1)));
        for (std::size_t i = begin; i <= last; ++i)
            outline << QPointF(x(i), geometry.toY(band.high[i]));
        for (std::size_t i = last + 1; i-- > begin;)
            outline << QPointF(x(i), geometry.toY(std::max(band.low[i], lowest)));
        painter.drawPolygon(outline);
    }
}

/// One upright bar per pixel column, over all that the band covers within it. Put together in a
/// picture: the raster engine takes 30 times as long for as many short spans.
void paintDenseBand(QPainter& painter, const Band& band, const Segment& part,
                    const PlotGeometry& geometry) {
    const double lowest = geometry.y.log ? geometry.y.min / 2 : -HUGE_VAL;
    const QRectF& plot = geometry.plot;
    const double ratio = painter.device()->devicePixelRatioF();
    struct Bar {
        double top = HUGE_VAL, bottom = -HUGE_VAL;
    };
    std::vector<Bar> bars(static_cast<std::size_t>(std::ceil(plot.width() * ratio)) + 1);
    for (std::size_t i = part.begin; i + 1 < part.end; ++i) {
        const double left = (geometry.toX(band.x[i]) - plot.left()) * ratio;
        const double right = (geometry.toX(band.x[i + 1]) - plot.left()) * ratio;
        const double end = std::min(right, static_cast<double>(bars.size()));
        const double top[] = {geometry.toY(band.high[i]), geometry.toY(band.high[i + 1])};
        const double bottom[] = {geometry.toY(std::max(band.low[i], lowest)),
                                 geometry.toY(std::max(band.low[i + 1], lowest))};
        for (double column = std::floor(std::max(left, 0.0)); column < end; ++column) {
            Bar& bar = bars[static_cast<std::size_t>(column)];
            for (const double x : {std::max(column, left), std::min(column + 1, right)}) {
                const double t = right > left ? (x - left) / (right - left) : 0;
                bar.top = std::min(bar.top, std::lerp(top[0], top[1], t));
                bar.bottom = std::max(bar.bottom, std::lerp(bottom[0], bottom[1], t));
            }
        }
    }
    QImage image(static_cast<int>(bars.size()), static_cast<int>(plot.height() * ratio) + 1,
                 QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    const QRgb colour = qPremultiply(painter.brush().color().rgba());
    const auto row = [&](double y) {
        if (!std::isfinite(y))
            return 0; // nothing in this column
        return std::clamp(static_cast<int>(std::lround((y - plot.top()) * ratio)), 0,
                          image.height());
    };
    for (std::size_t column = 0; column < bars.size(); ++column)
        for (int y = row(bars[column].top), end = row(bars[column].bottom); y < end; ++y)
            reinterpret_cast<QRgb*>(image.scanLine(y))[column] = colour;
    painter.drawImage(plot.topLeft(), image);
}

void paintBands(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                const Theme& theme) {
    painter.save();
    painter.setPen(Qt::NoPen);
    for (const Band& band : frame.bands) {
        const bool dense = 2 * static_cast<double>(band.x.size()) > geometry.plot.width();
        painter.setRenderHint(QPainter::Antialiasing, !dense);
        painter.setBrush(bandColour(band, theme));
        for (const Segment& part : segments(band.low, band.high, geometry.y.log)) {
            if (part.size() < 2)
                continue;
            if (dense)
                paintDenseBand(painter, band, part, geometry);
            else
                paintBand(painter, band, part, geometry);
        }
    }
    painter.restore();
}

} // namespace

struct ChartCanvas::Impl {
    QGraphicsScene scene;
    QChart* chart = new QChart;
    QValueAxis* x = new QValueAxis;
    QValueAxis* y = new QValueAxis;
    std::vector<QLineSeries*> lines;

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

    impl.y->setRange(mapped(geometry.y.min), mapped(geometry.y.max));

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
    // Always: measured, it costs lines nothing; dense bands are painted without.
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(geometry.plot.adjusted(0, -1, 0, 1));
    paintBands(painter, frame, geometry, theme);
    m_impl->scene.render(&painter, all, all);
    painter.setClipping(false);
    paintMarks(painter, frame, geometry, theme);
    return pixmap;
}

} // namespace rankscope::widgets
