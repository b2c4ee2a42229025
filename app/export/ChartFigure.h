// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"
#include "widgets/charts/PlotGeometry.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

#include <QMarginsF>
#include <vector>

/// A chart frame on paper: left and bottom axis, direct labels, every layer that is not hidden.
namespace rankscope::figures {

/// Which axes a panel of a grid carries; the others are its neighbours'.
struct ChartAxes {
    bool stepLabels = true, valueLabels = true;
};

/// What limits and ticks a plot of this height (mm) gets.
[[nodiscard]] widgets::Scale paperScale(const widgets::ChartFrame& frame, double height);

/// Ticks of a step axis that is `width` mm long, as many as have room for their labels.
[[nodiscard]] std::vector<widgets::Tick> paperStepTicks(double first, double last, double width);

/// Room that labels and titles need around the plot, in mm.
[[nodiscard]] QMarginsF chartMargins(const widgets::ChartFrame& frame, const widgets::Scale& scale,
                                     const ChartAxes& axes);

/// `geometry`: in mm; `frame`: as widgets::withoutHidden() gives it.
void drawChart(Drawing& drawing, const widgets::ChartFrame& frame,
               const widgets::PlotGeometry& geometry, const ChartAxes& axes,
               const widgets::Theme& theme);

} // namespace rankscope::figures
