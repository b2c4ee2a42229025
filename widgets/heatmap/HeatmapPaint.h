// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/HeatmapFrame.h"
#include "widgets/heatmap/HeatmapLayout.h"

class QPainter;
class QSize;

namespace rankscope::widgets {

struct Theme;

/// The value that is coloured: 0 when the measured one is within 2 sd of its own error.
[[nodiscard]] double significantValue(const HeatmapFrame& frame, int row, int column);

void paintCells(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                const Theme& theme);
void paintLabels(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                 const Theme& theme);
void paintBars(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
               double right, const Theme& theme);
void paintLegend(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                 double right, const Theme& theme);
/// Lines of text at the right of a map without bars.
void paintAside(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                double right, double bottom, const Theme& theme);
void paintSelection(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                    const Theme& theme);

} // namespace rankscope::widgets
