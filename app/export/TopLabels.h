// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"
#include "widgets/charts/PlotGeometry.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

namespace rankscope::figures {

/// The names of what stands at single steps, in lines at the top of a plot: NaN, findings, notes,
/// gaps. Each goes to the first line where it touches no other; when all are full it is left out,
/// but never a NaN's cross.
void drawTopLabels(Drawing& drawing, const widgets::ChartFrame& frame,
                   const widgets::PlotGeometry& geometry, const widgets::Theme& theme);

struct WordStyle {
    QColor colour;
    bool medium = false;
};
/// Words within the plot on a ground of their own, so that they read over lines. `at`: their left
/// end, half-way up.
void drawWords(Drawing& drawing, const widgets::ChartFrame& frame,
               const widgets::PlotGeometry& geometry, QPointF at, const QString& words,
               const WordStyle& style, const widgets::Theme& theme);

} // namespace rankscope::figures
