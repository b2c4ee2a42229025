// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/TimelineModel.h"

#include "widgets/common/NumberText.h"

#include <algorithm>
#include <string>

namespace rankscope::ui {
namespace {

std::string stepText(double step) {
    return widgets::fixedText(step, 0);
}

std::string summaryOf(const widgets::TimelineFrame& timeline) {
    std::string text = "Steps " + stepText(timeline.first) + " to " + stepText(timeline.last) +
                       "; charts show " + stepText(timeline.viewFirst) + " to " +
                       stepText(timeline.viewLast);
    if (timeline.cursor)
        text += "; cursor at " + stepText(*timeline.cursor);
    return text + ".";
}

} // namespace

widgets::TimelineFrame timelineFrame(const engine::RunFrame& frame, const ChartOptions& options,
                                     std::optional<Step> playhead, bool loops, double runLast) {
    widgets::TimelineFrame timeline;
    timeline.first = frame.firstStep;
    timeline.last = std::max(frame.lastStep, runLast);
    timeline.viewFirst = frame.viewFirst;
    timeline.viewLast = frame.viewLast;
    timeline.x = frame.overview.x;
    timeline.y = frame.overview.y;
    for (const engine::GapSpan& gap : frame.gaps)
        timeline.gaps.push_back({gap.first, gap.last, "gap: " + gap.cause});
    for (const engine::Restart& restart : frame.restarts)
        timeline.restarts.push_back({restart.step, "restart " + std::to_string(restart.generation) +
                                                       ", " +
                                                       widgets::plural(restart.world, "rank")});
    for (const engine::NonFiniteRank& rank : frame.nonFiniteRanks)
        timeline.nonFinite.push_back({static_cast<double>(rank.first.value()),
                                      "NaN or Inf, rank " + std::to_string(rank.rank.value())});
    timeline.notes = options.notes;
    timeline.hidden = options.hidden;
    timeline.loops = loops;
    if (!frame.empty)
        timeline.cursor = static_cast<double>(frame.cursor.step.value());
    if (playhead)
        timeline.playhead = static_cast<double>(playhead->value());
    timeline.summary = summaryOf(timeline);
    return timeline;
}

} // namespace rankscope::ui
