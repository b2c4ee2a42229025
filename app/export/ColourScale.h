// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/HeatmapFrame.h"

namespace rankscope::figures {

inline constexpr double kColourScaleHeight = 11; ///< mm

/// What the colours of a map mean, with its error bar, below the map's column names.
void drawColourScale(Drawing& drawing, const widgets::HeatmapFrame& frame, QPointF topLeft,
                     double width, const widgets::Theme& theme);

} // namespace rankscope::figures
