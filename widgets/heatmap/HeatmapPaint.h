// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/HeatmapFrame.h"
#include "widgets/heatmap/HeatmapLayout.h"

#include <string>
#include <vector>

class QFontMetricsF;
class QPainter;
class QString;

/// What stands around and over a heatmap's cells.
namespace rankscope::widgets {

struct Theme;

/// Lines between blocks of ranks, and a frame around those that stand out.
void paintBlocks(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                 const Theme& theme);
/// Names at the left, above or below, and of the marked rows at the right.
void paintLabels(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                 const Theme& theme);
void paintBars(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
               double right, const Theme& theme);
void paintLegend(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                 double right, const Theme& theme);
/// Cosines that are named below a legend of this width: as many as stand apart.
[[nodiscard]] std::vector<double> legendTicks(double width, const QFontMetricsF& metrics);
[[nodiscard]] std::string legendText(double tick);
/// Lines of text at the right of a map without bars.
void paintAside(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                double right, double bottom, const Theme& theme);
/// Title, `remark` and the legend, in the line above a RankStep map.
void paintTitle(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                const QString& remark, const Theme& theme);
/// The picked rank and the picked pair.
void paintSelection(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                    const Theme& theme);

} // namespace rankscope::widgets
