// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/ChartPanel.h"

#include <QColor>
#include <QImage>
#include <cmath>
#include <cstdlib>
#include <utility>

/// A small chart on the screen, and what of it can be seen.
namespace rankscope::widgets {

/// Rank 3 and the mean, each on one level, over steps 0..10.
inline ChartFrame flatFrame(double rank, double mean) {
    ChartFrame frame;
    frame.title = "Loss";
    frame.first = -0.5;
    frame.last = 10.5;
    Curve line{{}, {}, Ink::Healthy, 3, "rank 3"}, average{{}, {}, Ink::Mean, -1, "mean"};
    for (int step = 0; step <= 10; ++step) {
        line.x.push_back(step);
        line.y.push_back(rank);
        average.x.push_back(step);
        average.y.push_back(mean);
    }
    frame.curves = {line, average};
    return frame;
}

/// Pixels of `colour` (to within `tolerance` per channel) in a column of the picture.
inline int countIn(const QImage& image, int x, int top, int bottom, QColor colour,
                   int tolerance = 40) {
    int count = 0;
    for (int y = top; y < bottom; ++y) {
        const QColor seen = image.pixelColor(x, y);
        count += std::abs(seen.red() - colour.red()) <= tolerance &&
                 std::abs(seen.green() - colour.green()) <= tolerance &&
                 std::abs(seen.blue() - colour.blue()) <= tolerance;
    }
    return count;
}

struct Shown {
    ChartPanel panel;
    explicit Shown(ChartFrame frame) {
        panel.resize(600, 200);
        panel.setFrame(std::move(frame));
        panel.show();
    }
    int x(double value) const { return static_cast<int>(std::lround(panel.geometry().toX(value))); }
    int y(double value) const { return static_cast<int>(std::lround(panel.geometry().toY(value))); }
    QPoint at(double value, double height) const { return {x(value), y(height)}; }
};

} // namespace rankscope::widgets
