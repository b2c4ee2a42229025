// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/SeqRuns.h"

#include "transport/wire/Messages.h"

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

void SeqRuns::put(BytesOut& out) const {
    out.putCount(m_runs.size());
    std::uint64_t behind = 0;
    for (const auto& [first, run] : m_runs) {
        out.putCount(first - behind);
        out.putCount(run.last - first);
        out.putCount(run.firstStep);
        behind = run.last;
    }
}

bool SeqRuns::take(BytesIn& in) {
    constexpr std::uint64_t kMost = wire::limits::kCount;
    const std::size_t runs = in.getSize(3);
    std::uint64_t behind = 0;
    for (std::size_t i = 0; i < runs && !in.failed(); ++i) {
        const std::uint64_t away = in.getCount();
        const std::uint64_t more = in.getCount();
        const std::uint64_t step = in.getCount();
        if ((i > 0 && away == 0) || away > kMost || more > kMost || step > kMost ||
            behind + away + more > kMost || step + more > kMost) {
            return false;
        }
        const std::uint64_t first = behind + away;
        behind = first + more;
        m_count += more + 1;
        m_runs.emplace_hint(m_runs.end(), first, Run{behind, step});
    }
    return !in.failed();
}

} // namespace rankscope::analysis
