// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartCanvas.h"

#include "widgets/charts/BandPaint.h"
#include "widgets/charts/ChartGround.h"
#include "widgets/charts/ChartMarks.h"
#include "widgets/charts/DensePaint.h"
#include "widgets/charts/LineStyle.h"
#include "widgets/charts/Segments.h"

#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLegend>
#include <QLineSeries>
#include <QPainter>
#include <QValueAxis>
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace rankscope::widgets {
namespace {

/// A line with more points per pixel than this no longer shows them one by one.
constexpr double kDensest = 0.5;
/// With more points than this in one panel, all of a window take Qt Charts longer than a frame.
constexpr std::size_t kMaxSeriesPoints = 2'048;

bool isDense(std::size_t points, double plotWidth) {
    return static_cast<double>(points) > kDensest * plotWidth;
}

/// The picture in the making. Spans are written straight into its pixels, and a painter holds them
/// meanwhile: so only one of the two is at work.
class Picture {
  public:
    Picture(QSize size, double ratio, const QColor& fill, QImage old) : m_image(std::move(old)) {
        if (m_image.size() != size * ratio || !m_image.isDetached())
            m_image = QImage(size * ratio, QImage::Format_RGB32);
        m_image.setDevicePixelRatio(ratio);
        m_image.fill(fill);
    }

    QPainter& painter(const QRectF& clip = {}) {
        if (!m_painter.isActive()) {
            m_painter.begin(&m_image);
            m_painter.setRenderHint(QPainter::Antialiasing);
        }
        m_painter.setClipping(clip.isValid());
        if (clip.isValid())
            m_painter.setClipRect(clip);
        return m_painter;
    }

    QImage& pixels() {
        if (m_painter.isActive())
            m_painter.end();
        return m_image;
    }

  private:
    QImage m_image;
    QPainter m_painter;
};

/// The plot's columns in the pixels of a picture.
class Columns {
  public:
    void setPlot(const QRectF& plot, double ratio) {
        m_origin = (plot.topLeft() * ratio).toPoint();
        const QPoint end = (plot.bottomRight() * ratio).toPoint();
        const QSize size(end.x() - m_origin.x(), end.y() - m_origin.y());
        if (size != QSize(m_image.columns(), m_image.rows()))
            m_image = ColumnImage(size.width(), size.height());
    }

    ColumnImage& image() { return m_image; }
    void blend(Picture& picture, const QColor& colour) {
        m_image.blend(picture.pixels(), m_origin.x(), m_origin.y(), colour);
    }

  private:
    QPoint m_origin;
    ColumnImage m_image{0, 0};
};

void paintBands(Picture& picture, Columns& columns, const ChartFrame& frame,
                const PlotGeometry& geometry, const Theme& theme) {
    for (const Band& band : frame.bands) {
        const auto parts = segments(band.low, band.high, geometry.y.log);
        if (isDense(band.x.size(), geometry.plot.width())) {
            for (const Segment& part : parts)
                addBand(columns.image(), band, part, geometry);
            columns.blend(picture, colourOf(band, theme));
            continue;
        }
        QPainter& painter = picture.painter(geometry.plot);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colourOf(band, theme));
        for (const Segment& part : parts)
            paintBand(painter, band, part, geometry);
    }
}

/// Lines of one colour are blended once: where they cross they stay as they are.
void paintDense(Picture& picture, Columns& columns, const ChartFrame& frame, std::size_t count,
                const PlotGeometry& geometry, const Theme& theme) {
    QColor colour;
    for (std::size_t i = 0; i < count; ++i) {
        const Curve& curve = frame.curves[i];
        const QColor next = colourOf(curve, theme);
        if (i > 0 && next != colour)
            columns.blend(picture, colour);
        colour = next;
        for (const Segment& part : segments(curve.y, geometry.y.log))
            if (part.size() > 1) // a lone point is a dot, painted with the marks
                addLine(columns.image(), curve, part, geometry, widthOf(curve));
    }
    if (count > 0)
        columns.blend(picture, colour);
}

} // namespace

std::size_t imageCurves(const ChartFrame& frame, double plotWidth, double devicePixelRatio) {
    std::size_t points = 0;
    for (const Curve& curve : frame.curves)
        points += curve.x.size();
    if (points > kMaxSeriesPoints || devicePixelRatio != 1)
        return frame.curves.size();
    const auto last =
        std::find_if(frame.curves.rbegin(), frame.curves.rend(),
                     [&](const Curve& curve) { return isDense(curve.x.size(), plotWidth); });
    return static_cast<std::size_t>(frame.curves.rend() - last);
}

struct ChartCanvas::Impl {
    QGraphicsScene scene;
    QChart* chart = new QChart;
    QValueAxis* x = new QValueAxis;
    QValueAxis* y = new QValueAxis;
    std::vector<QLineSeries*> lines;
    Columns columns;

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

    /// Hands the frame's curves from `begin` on to the chart. False: there are none.
    bool setSeries(const ChartFrame& frame, std::size_t begin, const PlotGeometry& geometry,
                   const Theme& theme) {
        const auto mapped = [&](double value) {
            return geometry.y.log ? std::log10(value) : value;
        };
        std::size_t count = 0;
        for (std::size_t i = begin; i < frame.curves.size(); ++i) {
            const Curve& curve = frame.curves[i];
            const QPen pen = penOf(curve, theme);
            for (const Segment& part : segments(curve.y, geometry.y.log)) {
                if (part.size() < 2)
                    continue; // a lone point is a dot, painted with the marks
                QLineSeries* series = line(count++);
                QList<QPointF> points;
                points.reserve(static_cast<qsizetype>(part.size()));
                for (std::size_t j = part.begin; j < part.end; ++j)
                    points.append({curve.x[j], mapped(curve.y[j])});
                series->setPen(pen);
                series->replace(points);
                series->show();
            }
        }
        for (std::size_t i = count; i < lines.size(); ++i)
            lines[i]->hide();
        if (count == 0)
            return false;
        x->setRange(geometry.first, geometry.last);
        y->setRange(mapped(geometry.y.min), mapped(geometry.y.max));
        return true;
    }
};

ChartCanvas::ChartCanvas() : m_impl(std::make_unique<Impl>()) {}
ChartCanvas::~ChartCanvas() = default;

QImage ChartCanvas::render(const ChartFrame& frame, const PlotGeometry& geometry, QSize size,
                           const Theme& theme, double devicePixelRatio, QImage old) {
    Impl& impl = *m_impl;
    Picture picture(size, devicePixelRatio, theme.surface, std::move(old));
    impl.columns.setPlot(geometry.plot, devicePixelRatio);
    paintGround(picture.painter(), frame, geometry, theme);
    paintBands(picture, impl.columns, frame, geometry, theme);
    const std::size_t dense = imageCurves(frame, geometry.plot.width(), devicePixelRatio);
    paintDense(picture, impl.columns, frame, dense, geometry, theme);
    if (impl.setSeries(frame, dense, geometry, theme)) {
        const QRectF all({}, size);
        impl.scene.setSceneRect(all);
        impl.chart->resize(size);
        impl.chart->setPlotArea(geometry.plot);
        QPainter& painter = picture.painter(geometry.plot.adjusted(0, -1, 0, 1));
        painter.setBrush(Qt::NoBrush); // Qt Charts would fill what a dashed line encloses
        impl.scene.render(&painter, all, all);
    }
    paintMarks(picture.painter(), frame, geometry, theme);
    return std::move(picture.pixels());
}

} // namespace rankscope::widgets
