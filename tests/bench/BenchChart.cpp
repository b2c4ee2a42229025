// SPDX-License-Identifier: GPL-3.0-or-later
// Time of one redraw of the charts, at three scales of the display: lines as Qt Charts alone would
// draw them, beside what ChartCanvas does; then the views that people look at, all panels together.
//
// Milliseconds are of processor time, so that a busy machine does not count.
//
// usage: BenchChart [--pictures FOLDER]

#include "widgets/charts/ChartCanvas.h"
#include "widgets/charts/ChartPanel.h"
#include "widgets/charts/LineStyle.h"

#include <QApplication>
#include <QChart>
#include <QDir>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLegend>
#include <QLineSeries>
#include <QPainter>
#include <QValueAxis>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace rankscope::widgets;

namespace {

/// Median of up to 15 rounds or two seconds.
double milliseconds(auto work) {
    std::vector<double> rounds;
    double spent = 0;
    while (rounds.empty() || (rounds.size() < 15 && spent < 2000)) {
        const std::clock_t begin = std::clock();
        work();
        rounds.push_back(1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
        spent += rounds.back();
    }
    std::nth_element(rounds.begin(),
                     rounds.begin() + static_cast<std::ptrdiff_t>(rounds.size() / 2), rounds.end());
    return rounds[rounds.size() / 2];
}

/// Noise about a level, as losses have it.
Curve noisy(std::size_t points, double level, unsigned seed, Ink ink = Ink::Healthy) {
    std::mt19937 random{seed};
    std::normal_distribution<double> normal;
    Curve curve;
    curve.ink = ink;
    for (std::size_t i = 0; i < points; ++i) {
        curve.x.push_back(static_cast<double>(i));
        curve.y.push_back(level + 0.1 * normal(random));
    }
    return curve;
}

ChartFrame linesOf(std::size_t count, std::size_t points) {
    ChartFrame frame;
    frame.last = static_cast<double>(points - 1);
    for (std::size_t i = 0; i < count; ++i)
        frame.curves.push_back(noisy(points, 2, static_cast<unsigned>(i)));
    return frame;
}

PlotGeometry geometryOf(const ChartFrame& frame, QSize size) {
    PlotGeometry geometry;
    geometry.plot = QRectF(QPointF(), size).marginsRemoved(ChartPanel::gutters(true).toMarginsF());
    geometry.first = frame.first;
    geometry.last = frame.last;
    geometry.y = scaleFor(frame, geometry.plot.height());
    return geometry;
}

/// All lines as series, replaced and painted.
class QtChart {
  public:
    QtChart(const ChartFrame& frame, const PlotGeometry& geometry, QSize size, double ratio)
        : m_size(size),
          m_image(size * ratio, QImage::Format_RGB32) {
        m_image.setDevicePixelRatio(ratio);
        auto* chart = new QChart;
        chart->setMargins({});
        chart->layout()->setContentsMargins(0, 0, 0, 0);
        chart->legend()->hide();
        m_scene.addItem(chart);
        chart->resize(size);
        auto* x = new QValueAxis;
        auto* y = new QValueAxis;
        chart->addAxis(x, Qt::AlignBottom);
        chart->addAxis(y, Qt::AlignLeft);
        x->setRange(geometry.first, geometry.last);
        y->setRange(geometry.y.min, geometry.y.max);
        chart->setPlotArea(geometry.plot);
        for (const Curve& curve : frame.curves) {
            m_series.push_back(new QLineSeries);
            m_series.back()->setPen(penOf(curve, Theme::darkTheme()));
            chart->addSeries(m_series.back());
            m_series.back()->attachAxis(x);
            m_series.back()->attachAxis(y);
        }
    }

    void draw(const ChartFrame& frame) {
        for (std::size_t i = 0; i < frame.curves.size(); ++i) {
            const Curve& curve = frame.curves[i];
            QList<QPointF> points;
            for (std::size_t j = 0; j < curve.x.size(); ++j)
                points.append({curve.x[j], curve.y[j]});
            m_series[i]->replace(points);
        }
        QPainter painter(&m_image);
        painter.setRenderHint(QPainter::Antialiasing);
        m_scene.render(&painter, QRectF({}, m_size), QRectF({}, m_size));
    }

  private:
    QGraphicsScene m_scene;
    QSize m_size;
    QImage m_image;
    std::vector<QLineSeries*> m_series;
};

void benchLines(std::size_t count, std::size_t points, double ratio) {
    const QSize size(1600, 900);
    const ChartFrame frame = linesOf(count, points);
    const PlotGeometry geometry = geometryOf(frame, size);
    ChartCanvas canvas;
    QImage picture;
    const double ours = milliseconds([&] {
        picture =
            canvas.render(frame, geometry, size, Theme::darkTheme(), ratio, std::move(picture));
    });
    QtChart chart(frame, geometry, size, ratio);
    const double qt = milliseconds([&] { chart.draw(frame); });
    std::fflush(stdout);
    std::printf("%4zu x %-6zu  %4.2f  %8.2f  %9.2f  %6.1f\n", count, points, ratio, ours, qt,
                qt / ours);
}

/// Four panels, as the window stacks them in 1600 x 900.
struct View {
    const char* name;
    std::vector<ChartFrame> panels;
};

Band bandOf(std::size_t points, double half, BandKind kind, bool quiet) {
    Band band;
    band.kind = kind;
    band.quiet = quiet;
    const Curve low = noisy(points, 2 - half, 901), high = noisy(points, 2 + half, 902);
    band.x = low.x;
    band.low = low.y;
    band.high = high.y;
    return band;
}

/// What a long run of few ranks is, two points per column: lines over quiet bands.
View fewRanks(std::size_t points) {
    View view{"8 ranks, 10^6 steps", {}};
    for (const bool ranks : {true, false, true, false}) {
        ChartFrame frame = linesOf(ranks ? 8 : 0, points);
        if (ranks)
            frame.bands = {bandOf(points, 0.4, BandKind::Outer, true),
                           bandOf(points, 0.2, BandKind::Inner, true)};
        frame.curves.push_back(noisy(points, 2, 77, Ink::Mean));
        view.panels.push_back(frame);
    }
    return view;
}

/// An envelope, its mean, three ranks far out and two chosen, of which one is dashed.
View manyRanks(std::size_t points) {
    View view{"64 ranks, envelope and 5 lines", {}};
    for (const bool ranks : {true, false, true, false}) {
        ChartFrame frame = linesOf(ranks ? 3 : 0, points);
        if (ranks) {
            frame.bands = {bandOf(points, 0.5, BandKind::Outer, false),
                           bandOf(points, 0.2, BandKind::Inner, false)};
            frame.curves.push_back(noisy(points, 2.2, 78, Ink::Chosen));
            frame.curves.back().dash = Dash::Long;
            frame.curves.push_back(noisy(points, 1.8, 79, Ink::Chosen));
        }
        frame.curves.push_back(noisy(points, 2, 77, Ink::Mean));
        view.panels.push_back(frame);
    }
    return view;
}

/// No envelope at all: 64 lines of one host, or of a sweep.
View allLines(std::size_t points) {
    View view{"64 ranks, every one a line", {}};
    for (const bool ranks : {true, false, true, false}) {
        ChartFrame frame = linesOf(ranks ? 64 : 0, points);
        frame.curves.push_back(noisy(points, 2, 77, Ink::Mean));
        view.panels.push_back(frame);
    }
    return view;
}

void benchView(const View& view, double ratio, const QString& folder) {
    const double shares[] = {25, 14, 18, 11};
    std::vector<std::unique_ptr<ChartCanvas>> canvases;
    std::vector<QSize> sizes;
    std::vector<PlotGeometry> geometries;
    for (std::size_t i = 0; i < view.panels.size(); ++i) {
        canvases.push_back(std::make_unique<ChartCanvas>());
        sizes.emplace_back(1600, static_cast<int>(900 * shares[i] / 68));
        geometries.push_back(geometryOf(view.panels[i], sizes.back()));
    }
    std::vector<QImage> pictures(view.panels.size());
    const double all = milliseconds([&] {
        for (std::size_t i = 0; i < view.panels.size(); ++i)
            pictures[i] = canvases[i]->render(view.panels[i], geometries[i], sizes[i],
                                              Theme::darkTheme(), ratio, std::move(pictures[i]));
    });
    std::fflush(stdout);
    std::printf("%-32s %4.2f  %8.2f\n", view.name, ratio, all);
    if (!folder.isEmpty())
        for (std::size_t i = 0; i < pictures.size(); ++i)
            pictures[i].save(QDir(folder).filePath(QStringLiteral("%1-%2-%3.png")
                                                       .arg(QString::fromUtf8(view.name))
                                                       .arg(ratio)
                                                       .arg(i)));
}

} // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    font::load();
    applyTheme(Theme::darkTheme());
    const QStringList arguments = QApplication::arguments();
    const qsizetype pictures = arguments.indexOf(QStringLiteral("--pictures"));
    const QString folder = pictures > 0 ? arguments.value(pictures + 1) : QString();

    std::puts("four panels in 1600 x 900, ms per redraw of all\n"
              "view                            scale      ours");
    for (const View& view : {fewRanks(3000), manyRanks(3000), allLines(3000)})
        for (const double ratio : {1.0, 1.25, 2.0})
            benchView(view, ratio, folder);
    std::puts("\none panel of 1600 x 900, ms per redraw\n"
              "lines x points  scale     ours  Qt Charts   ratio");
    for (const double ratio : {1.0, 1.25, 2.0})
        for (const auto& [count, points] : {std::pair{8, 100},
                                            {8, 250},
                                            {8, 500},
                                            {8, 2000},
                                            {16, 2000},
                                            {64, 500},
                                            {64, 2000},
                                            {256, 2000}})
            benchLines(static_cast<std::size_t>(count), static_cast<std::size_t>(points), ratio);
    return 0;
}
