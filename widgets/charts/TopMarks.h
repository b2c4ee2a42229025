// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/PlotGeometry.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

#include <QRectF>
#include <cstddef>
#include <vector>

class QPainter;

namespace rankscope::widgets {

/// The head of a finding, a NaN or a note at the top edge of a plot.
struct TopMark {
    Layer layer = Layer::Findings; ///< ::Findings, ::NonFinite or ::Notes
    std::size_t index = 0;         ///< within the frame's marks of that layer
    QRectF box;                    ///< what the pointer can be on
    bool worded = true;            ///< false: there was no room for its text
};

/// Heads that fit, in up to three rows: findings first, then NaNs, then notes.
[[nodiscard]] std::vector<TopMark> topMarks(const ChartFrame& frame, const PlotGeometry& geometry);

/// The heads, and the upright lines of findings and notes.
void paintTopMarks(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                   const Theme& theme);

/// A note's full text, under its flag.
void paintNoteText(QPainter& painter, const NoteMark& note, const QRectF& flag,
                   const PlotGeometry& geometry, const Theme& theme);

} // namespace rankscope::widgets
