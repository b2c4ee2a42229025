// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"
#include "widgets/charts/PlotGeometry.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

/// What stands at single steps of a chart on paper.
namespace rankscope::figures {

/// Under everything: where a finding holds.
void drawFindingSpans(Drawing& drawing, const widgets::ChartFrame& frame,
                      const widgets::PlotGeometry& geometry, const widgets::Theme& theme);
/// Hatched, never bridged.
void drawGaps(Drawing& drawing, const widgets::ChartFrame& frame,
              const widgets::PlotGeometry& geometry, const widgets::Theme& theme);
void drawReferences(Drawing& drawing, const widgets::ChartFrame& frame,
                    const widgets::PlotGeometry& geometry, const widgets::Theme& theme);
/// Over the curves: restarts, NaN crosses, notes, the names of gaps and findings, the panel's note.
void drawMarks(Drawing& drawing, const widgets::ChartFrame& frame,
               const widgets::PlotGeometry& geometry, const widgets::Theme& theme);

/// The plot from step `first` to step `last`, both included.
[[nodiscard]] QRectF spanOf(const widgets::PlotGeometry& geometry, double first, double last);
/// Where a finding holds.
[[nodiscard]] QRectF spanOf(const widgets::PlotGeometry& geometry,
                            const widgets::FindingMark& mark);
/// The plot's colour there: tinted where a finding holds.
[[nodiscard]] QColor groundAt(const widgets::ChartFrame& frame,
                              const widgets::PlotGeometry& geometry, double x,
                              const widgets::Theme& theme);

/// 45 degree hatch within `area`.
void drawHatch(Drawing& drawing, const QRectF& area, const QColor& colour);

} // namespace rankscope::figures
