// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/HeatmapFrame.h"

#include <QMarginsF>

/// A heatmap frame on paper: cells, names at the left and below, and the scale of its colours.
namespace rankscope::figures {

/// Room around the map for names, titles, bars and the colour scale, in mm.
[[nodiscard]] QMarginsF heatmapMargins(const widgets::HeatmapFrame& frame);

/// Height of a map that is this wide, in mm: square, or a fitting height per row.
[[nodiscard]] double mapHeight(const widgets::HeatmapFrame& frame, double width);

void drawHeatmap(Drawing& drawing, const widgets::HeatmapFrame& frame, const QRectF& map,
                 const widgets::Theme& theme);

} // namespace rankscope::figures
