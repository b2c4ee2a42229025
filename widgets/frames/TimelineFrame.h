// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/ChartFrame.h"

#include <optional>
#include <string>
#include <vector>

namespace rankscope::widgets {

/// The whole run at a glance, with what is in view and where the cursor stands.
struct TimelineFrame {
    double first = 0, last = 0;         ///< what the run has
    double viewFirst = 0, viewLast = 0; ///< what the charts show
    std::vector<double> x, y;           ///< overview curve; NaN breaks it
    std::vector<Gap> gaps;
    std::vector<RestartMark> restarts;
    std::vector<NonFiniteMark> nonFinite;
    std::vector<FindingMark> findings; ///< one lane each, as far as there is room
    std::vector<NoteMark> notes;
    std::set<Layer> hidden;
    bool loops = false; ///< playback repeats what is in view
    std::optional<double> cursor;
    std::optional<double> playhead; ///< nothing after it is shown
    std::string summary;            ///< one sentence for screen readers
};

} // namespace rankscope::widgets
