// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/PlotGeometry.h"
#include "widgets/frames/ChartFrame.h"

#include <functional>
#include <string>
#include <vector>

namespace rankscope::widgets {

/// The words beside a restart's line.
struct RestartLabel {
    std::string text;
    double left = 0, width = 0;
};

/// Of every visible restart that has room: all its words, or else its brief ones, at the right of
/// its line, or else at the left, within the plot and clear of each other and of all marks, which
/// take `mark` to both sides of their lines. `widthOf` measures words in the plot's unit.
[[nodiscard]] std::vector<RestartLabel>
placeRestartLabels(const std::vector<RestartMark>& restarts, const PlotGeometry& geometry,
                   double mark, const std::function<double(const std::string&)>& widthOf);

} // namespace rankscope::widgets
