// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/HeatmapFrame.h"
#include "widgets/heatmap/HeatmapLayout.h"

#include <QImage>

class QPainter;

namespace rankscope::widgets {

struct Theme;

/// The value that is coloured: 0 when the measured one is within 2 sd of its own error.
[[nodiscard]] double significantValue(const HeatmapFrame& frame, int row, int column);

/// Cells of some pixels one by one, with their values where there is room; smaller ones as an
/// image.
void paintCells(QPainter& painter, const HeatmapFrame& frame, const HeatmapLayout& layout,
                const Theme& theme);

/// All cells at the display's resolution; undefined ones are transparent. Where several cells share
/// a pixel it shows the most unusual of them, so that one rank among a thousand stays visible.
[[nodiscard]] QImage cellImage(const HeatmapFrame& frame, const HeatmapLayout& layout, bool dark);

} // namespace rankscope::widgets
