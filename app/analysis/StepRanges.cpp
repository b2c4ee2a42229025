// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/StepRanges.h"

#include <algorithm>
#include <iterator>

namespace rankscope::analysis {

void StepRanges::add(Step first, Step last) {
    std::uint64_t from = first.value();
    std::uint64_t to = last.value();
    auto at = m_ranges.upper_bound(from);
    if (at != m_ranges.begin() &&
        std::prev(at)->second >= from - std::min<std::uint64_t>(from, 1)) {
        --at;
        from = at->first;
    }
    while (at != m_ranges.end() && (at->first <= to || at->first - 1 == to)) {
        to = std::max(to, at->second);
        at = m_ranges.erase(at);
    }
    m_ranges.emplace(from, to);
}

void StepRanges::remove(Step first, Step last) {
    auto at = m_ranges.upper_bound(first.value());
    if (at != m_ranges.begin() && std::prev(at)->second >= first.value()) {
        --at;
    }
    while (at != m_ranges.end() && at->first <= last.value()) {
        const auto [from, to] = *at;
        at = m_ranges.erase(at);
        if (from < first.value()) {
            m_ranges.emplace(from, first.value() - 1);
        }
        if (to > last.value()) {
            m_ranges.emplace(last.value() + 1, to);
        }
    }
}

bool StepRanges::touches(Step first, Step last) const {
    const auto behind = m_ranges.upper_bound(last.value());
    return behind != m_ranges.begin() && std::prev(behind)->second >= first.value();
}

} // namespace rankscope::analysis
