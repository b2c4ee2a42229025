// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "app/ui/models/ChartModel.h"
#include "widgets/frames/TimelineFrame.h"

#include <optional>

namespace rankscope::ui {

/// The whole run, live or replayed, with the marks that the charts have. Pure, no Qt. `loops`:
/// playback repeats what is visible. `runLast`: how far the run goes behind the playhead, of which
/// the frame knows nothing.
[[nodiscard]] widgets::TimelineFrame timelineFrame(const engine::RunFrame& frame,
                                                   const ChartOptions& options,
                                                   std::optional<Step> playhead, bool loops,
                                                   double runLast = 0);

} // namespace rankscope::ui
