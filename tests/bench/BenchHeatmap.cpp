// SPDX-License-Identifier: GPL-3.0-or-later
// Time of a new matrix on the screen: HeatmapView's setFrame and paint, beside the least that any
// program must do for as many cells: a table look-up each and one drawImage.

#include "widgets/common/Theme.h"
#include "widgets/heatmap/HeatmapView.h"
#include "widgets/heatmap/StepMapView.h"

#include <QApplication>
#include <QPainter>
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>

using namespace rankscope::widgets;

namespace {

/// Best of many rounds: what the work takes when nobody else wants the processor.
double milliseconds(auto prepare, auto work) {
    double best = 1e9;
    for (int round = 0; round < 60; ++round) {
        auto prepared = prepare();
        const auto begin = std::chrono::steady_clock::now();
        work(std::move(prepared));
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        best = std::min(best, took.count());
    }
    return best;
}

HeatmapFrame matrixOf(int ranks) {
    HeatmapFrame frame;
    frame.form = HeatmapForm::RankRank;
    std::mt19937 random{1};
    std::normal_distribution<double> cosine(0.06, 0.03);
    for (int rank = 0; rank < ranks; ++rank) {
        frame.rows.push_back(std::to_string(rank));
        if (rank % 8 == 0)
            frame.rankBlocks.push_back({rank, rank + 7, "node" + std::to_string(rank / 8)});
    }
    frame.columns = frame.rows;
    const auto cells = frame.rows.size() * frame.rows.size();
    for (std::size_t i = 0; i < cells; ++i)
        frame.values.push_back(cosine(random));
    frame.sd.assign(cells, 0.01);
    return frame;
}

HeatmapFrame stepsOf(int ranks, int columns) {
    HeatmapFrame frame = matrixOf(ranks);
    frame.form = HeatmapForm::RankStep;
    frame.scale = HeatmapScale::Distance;
    frame.columns.clear();
    frame.sd.clear();
    for (int c = 0; c < columns; ++c)
        frame.columnStart.push_back(c);
    frame.firstStep = 0;
    frame.lastStep = frame.columnEnd = columns;
    std::mt19937 random{1};
    std::normal_distribution<double> distance;
    frame.values.resize(frame.rows.size() * frame.columnStart.size());
    for (double& value : frame.values)
        value = distance(random);
    return frame;
}

double update(HeatmapView& view, const HeatmapFrame& frame) {
    QImage screen(view.size(), QImage::Format_RGB32);
    return milliseconds([&] { return frame; },
                        [&](HeatmapFrame next) {
                            view.setFrame(std::move(next));
                            view.render(&screen);
                        });
}

double limit(int rows, int columns, QSize screenSize) {
    QImage screen(screenSize, QImage::Format_RGB32);
    std::vector<unsigned char> cells(static_cast<std::size_t>(rows) *
                                     static_cast<std::size_t>(columns));
    std::mt19937 random{1};
    for (unsigned char& cell : cells)
        cell = static_cast<unsigned char>(random());
    std::array<QRgb, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = 0xFF000000U | static_cast<QRgb>(i * 65793U);
    return milliseconds([] { return 0; },
                        [&](int) {
                            QImage image(columns, rows, QImage::Format_RGB32);
                            const unsigned char* cell = cells.data();
                            for (int y = 0; y < rows; ++y) {
                                auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
                                for (int x = 0; x < columns; ++x)
                                    line[x] = table[*cell++];
                            }
                            QPainter(&screen).drawImage(screen.rect(), image);
                        });
}

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    font::load();
    applyTheme(Theme::darkTheme());
    std::printf("%-24s %12s %12s\n", "", "update, ms", "limit, ms");
    for (const int ranks : {8, 64, 256, 1024}) {
        HeatmapView view;
        view.resize(436, 400);
        std::printf("%4d x %-17d %12.2f %12.2f\n", ranks, ranks, update(view, matrixOf(ranks)),
                    limit(ranks, ranks, view.size()));
    }
    for (const int ranks : {64, 1024}) {
        StepMapView view;
        view.resize(900, 256);
        std::printf("%4d ranks x %-11s %12.2f %12.2f\n", ranks, "800 steps",
                    update(view, stepsOf(ranks, 800)), limit(ranks, 800, view.size()));
    }
    return 0;
}
