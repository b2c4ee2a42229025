// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/RunMarks.h"

#include "app/engine/frames/GapCause.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace rankscope::engine {
namespace {

/// Without what a launch lost behind the step from which a newer one took over.
std::vector<analysis::LostSteps> lostOfTheRun(const analysis::RunTable& table) {
    std::vector<analysis::LostSteps> lost = table.lostSteps();
    std::erase_if(lost, [](const analysis::LostSteps& l) {
        return l.overtakenFrom && l.overtakenFrom->value() <= l.first;
    });
    for (analysis::LostSteps& l : lost) {
        l.last = l.overtakenFrom ? std::min(l.last, l.overtakenFrom->value() - 1) : l.last;
    }
    return lost;
}

/// Records of these that are behind the step.
std::uint64_t countBehind(const std::vector<analysis::LostSteps>& lost, std::uint64_t step) {
    std::uint64_t count = 0;
    for (const analysis::LostSteps& l : lost) {
        count += l.last - std::min(l.last, std::max(l.first, step + 1) - 1);
    }
    return count;
}

/// Overlapping and touching losses of the same cause are one span, whatever rank they are of.
std::vector<GapSpan> mergedGaps(std::vector<analysis::LostSteps> lost) {
    std::stable_sort(lost.begin(), lost.end(),
                     [](const auto& a, const auto& b) { return a.cause < b.cause; });
    std::vector<GapSpan> spans;
    const analysis::LostSteps* before = nullptr;
    for (const analysis::LostSteps& l : lost) {
        const auto first = static_cast<double>(l.first);
        const auto last = static_cast<double>(l.last);
        if (before != nullptr && before->cause == l.cause && first <= spans.back().last + 1) {
            spans.back().last = std::max(spans.back().last, last);
        } else {
            spans.push_back({first, last, causeText(l.cause)});
        }
        before = &l;
    }
    std::sort(spans.begin(), spans.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : a.last < b.last;
    });
    return spans;
}

/// First step of first..last without a row, if there is one. `steps` ascend without repeats, so
/// those from `first` on are all there exactly as far as they keep up with counting.
std::optional<std::uint64_t> firstAbsent(const std::vector<std::uint64_t>& steps,
                                         std::uint64_t first, std::uint64_t last) {
    const auto from = std::lower_bound(steps.begin(), steps.end(), first);
    const auto to = std::upper_bound(from, steps.end(), last);
    const auto behind = std::partition_point(from, to, [&](const std::uint64_t& step) {
        return step - first == static_cast<std::uint64_t>(&step - &*from);
    });
    const std::uint64_t absent = first + static_cast<std::uint64_t>(behind - from);
    return absent <= last ? std::optional{absent} : std::nullopt;
}

/// The first of each stretch of absent steps that a gap accounts for.
void addBreaks(std::vector<double>& breaks, const GapSpan& gap,
               const std::vector<std::uint64_t>& steps) {
    const auto last = static_cast<std::uint64_t>(gap.last);
    auto absent = firstAbsent(steps, static_cast<std::uint64_t>(gap.first), last);
    while (absent) {
        breaks.push_back(static_cast<double>(*absent));
        const auto next = std::upper_bound(steps.begin(), steps.end(), *absent);
        absent = next == steps.end() ? std::nullopt : firstAbsent(steps, *next, last);
    }
}

} // namespace

void RunMarks::update(const analysis::RunTable& table, const std::vector<std::uint64_t>& steps) {
    const std::uint64_t lost = table.lost();
    if (table.records() == m_records && lost == m_lost && steps.size() == m_steps) {
        return;
    }
    m_records = table.records();
    m_lost = lost;
    m_steps = steps.size();
    const std::vector<analysis::LostSteps> all = lostOfTheRun(table);
    m_lostBehind = steps.empty() ? 0 : std::min(lost, countBehind(all, steps.back()));
    m_lostCauses.clear();
    for (const auto& [cause, count] : table.lostByCause()) {
        m_lostCauses.push_back(causeText(cause));
    }
    m_gaps = mergedGaps(all);
    m_span = steps.empty()
                 ? std::pair(0.0, 0.0)
                 : std::pair(static_cast<double>(steps.front()), static_cast<double>(steps.back()));
    for (const GapSpan& gap : m_gaps) {
        m_span = {std::min(m_span.first, gap.first), std::max(m_span.second, gap.last)};
    }
    m_restarts.clear();
    m_breaks.clear();
    m_starts.clear();
    for (const GapSpan& gap : m_gaps) {
        addBreaks(m_breaks, gap, steps);
    }
    addRestarts(table.launches(), steps);
    std::sort(m_breaks.begin(), m_breaks.end());
    std::sort(m_starts.begin(), m_starts.end());
    m_starts.erase(std::unique(m_starts.begin(), m_starts.end()), m_starts.end());
}

/// A launch that a newer one overtook from its first step on has no place in the lines.
void RunMarks::addRestarts(const std::vector<analysis::Launch>& launches,
                           const std::vector<std::uint64_t>& steps) {
    std::uint64_t reached = 0; // step behind the last of the launches so far
    std::uint32_t world = launches.empty() ? 0 : launches.front().world;
    for (const analysis::Launch& l : launches) {
        if (!l.firstStep) {
            continue;
        }
        const std::uint64_t first = l.firstStep->value();
        const bool overtaken = l.overtakenFrom && *l.overtakenFrom <= *l.firstStep;
        if (&l != &launches.front() && !overtaken) {
            m_restarts.push_back({static_cast<double>(first), l.generation, l.world,
                                  std::exchange(world, l.world),
                                  reached > first ? reached - first : 0});
            m_breaks.push_back(static_cast<double>(first));
            const auto at = std::lower_bound(steps.begin(), steps.end(), first);
            m_starts.push_back(static_cast<std::size_t>(at - steps.begin()));
        }
        reached = std::max(reached, l.lastStep->value() + 1);
    }
}

std::vector<GapSpan> RunMarks::gapsUpTo(double end) const {
    std::vector<GapSpan> gaps;
    for (const GapSpan& gap : m_gaps) {
        if (gap.first <= end) {
            gaps.push_back(gap);
            gaps.back().last = std::min(gap.last, end);
        }
    }
    return gaps;
}

std::vector<Restart> RunMarks::restartsUpTo(double end) const {
    std::vector<Restart> restarts;
    for (const Restart& restart : m_restarts) {
        if (restart.step <= end) {
            restarts.push_back(restart);
        }
    }
    return restarts;
}

} // namespace rankscope::engine
