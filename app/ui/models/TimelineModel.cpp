// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/TimelineModel.h"

#include "app/ui/models/Words.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <string>

namespace rankscope::ui {
namespace {

using words::filled;
using words::translate;

std::string stepText(double step) {
    return widgets::fixedText(step, 0);
}

std::string summaryOf(const widgets::TimelineFrame& timeline) {
    return filled(
        timeline.cursor
            ? translate("TimelineModel", "Steps %1 to %2; charts show %3 to %4; cursor at %5.")
            : translate("TimelineModel", "Steps %1 to %2; charts show %3 to %4."),
        {stepText(timeline.first), stepText(timeline.last), stepText(timeline.viewFirst),
         stepText(timeline.viewLast), stepText(timeline.cursor.value_or(0))});
}

} // namespace

widgets::TimelineFrame timelineFrame(const engine::RunFrame& frame, const ChartOptions& options,
                                     std::optional<Step> playhead, bool loops, double runLast) {
    widgets::TimelineFrame timeline;
    timeline.first = frame.spanFirst;
    timeline.last = std::max(frame.spanLast, runLast);
    timeline.viewFirst = frame.viewFirst;
    timeline.viewLast = frame.viewLast;
    timeline.x = frame.overview.x;
    timeline.y = frame.overview.y;
    for (const engine::GapSpan& gap : frame.gaps)
        timeline.gaps.push_back(
            {gap.first, gap.last, filled(translate("TimelineModel", "gap: %1"), {gap.cause})});
    for (const engine::Restart& restart : frame.restarts)
        timeline.restarts.push_back(
            {restart.step,
             filled(translate("TimelineModel", "restart %1, %2"),
                    {std::to_string(restart.generation), words::ranks(restart.world)})});
    for (const engine::NonFiniteRank& rank : frame.nonFiniteRanks)
        timeline.nonFinite.push_back({static_cast<double>(rank.first.value()),
                                      filled(translate("TimelineModel", "NaN or Inf, rank %1"),
                                             {std::to_string(rank.rank.value())})});
    timeline.notes = options.notes;
    timeline.hidden = options.hidden;
    timeline.loops = loops;
    if (!frame.empty)
        timeline.cursor = static_cast<double>(frame.cursor.step.value());
    if (playhead)
        timeline.playhead = static_cast<double>(playhead->value());
    timeline.summary = summaryOf(timeline) + gapSummary(frame);
    return timeline;
}

} // namespace rankscope::ui
