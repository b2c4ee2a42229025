// SPDX-License-Identifier: Apache-2.0
#include "app/tables/LossSweep.h"

#include <algorithm>
#include <utility>

namespace rankscope::tables {

LossSweep::LossSweep(std::vector<analysis::LostSteps> lost, std::uint64_t from)
    : m_lost(std::move(lost)),
      m_from(from) {
    std::stable_sort(m_lost.begin(), m_lost.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
}

std::uint64_t LossSweep::upTo(std::uint64_t step) {
    if (step < m_from) {
        return 0;
    }
    for (; m_next < m_lost.size() && m_lost[m_next].first <= step; ++m_next) {
        m_open.push_back(m_lost[m_next]);
    }
    std::uint64_t count = 0;
    for (const analysis::LostSteps& gap : m_open) {
        const std::uint64_t first = std::max(gap.first, m_from);
        const std::uint64_t last = std::min(gap.last, step);
        count += first <= last ? last - first + 1 : 0;
    }
    std::erase_if(m_open, [step](const auto& gap) { return gap.last <= step; });
    m_from = step + 1;
    return count;
}

} // namespace rankscope::tables
