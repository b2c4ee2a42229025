// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/Theme.h"
#include "widgets/frames/TimelineFrame.h"
#include "widgets/timeline/TimelineGeometry.h"

#include <QString>
#include <optional>

class QPainter;

/// The layers of a timeline, bottom to top.
namespace rankscope::widgets {

/// Everything that stays while the cursor moves.
void paintTimeline(QPainter& painter, const TimelineFrame& frame, const TimelineGeometry& geometry,
                   const Theme& theme);

/// The cursor or the playhead; what playback has not reached yet is veiled.
void paintPlace(QPainter& painter, const TimelineFrame& frame, const TimelineGeometry& geometry,
                const Theme& theme);

/// What the mark at a point says: a finding, note, gap, restart or NaN.
[[nodiscard]] std::optional<QString> markText(const TimelineFrame& frame,
                                              const TimelineGeometry& geometry, QPointF point);

} // namespace rankscope::widgets
