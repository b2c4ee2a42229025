// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/SeqRuns.h"

#include <algorithm>
#include <iterator>

namespace rankscope::analysis {

bool SeqRuns::add(Seq seq, Step step) {
    const std::uint64_t s = seq.value();
    const std::uint64_t x = step.value();
    const auto next = m_runs.upper_bound(s);
    const auto prev = next == m_runs.begin() ? m_runs.end() : std::prev(next);
    if (prev != m_runs.end() && s <= prev->second.last) {
        return false;
    }
    ++m_count;
    // Unsigned differences wrap consistently, so steps may be as large as they like.
    const bool joinsPrev = prev != m_runs.end() && prev->second.last + 1 == s &&
                           x - prev->second.firstStep == s - prev->first;
    const bool joinsNext =
        next != m_runs.end() && s + 1 == next->first && x + 1 == next->second.firstStep;
    const std::uint64_t last = joinsNext ? next->second.last : s;
    if (joinsNext) {
        m_runs.erase(next);
    }
    if (joinsPrev) {
        prev->second.last = last;
    } else {
        m_runs.emplace(s, Run{last, x});
    }
    return true;
}

std::optional<Step> SeqRuns::stepBefore(Seq seq) const {
    const auto behind = m_runs.lower_bound(seq.value());
    if (behind == m_runs.begin()) {
        return std::nullopt;
    }
    const auto& [first, run] = *std::prev(behind);
    const std::uint64_t nearest = std::min(run.last, seq.value() - 1);
    return Step{run.firstStep + (nearest - first)};
}

std::optional<Step> SeqRuns::stepAfter(Seq seq) const {
    const std::uint64_t s = seq.value();
    const auto next = m_runs.upper_bound(s);
    if (next != m_runs.begin()) {
        const auto& [first, run] = *std::prev(next);
        if (s < run.last) {
            return Step{run.firstStep + (s + 1 - first)};
        }
    }
    return next == m_runs.end() ? std::nullopt : std::optional{Step{next->second.firstStep}};
}

} // namespace rankscope::analysis
