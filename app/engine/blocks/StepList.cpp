// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/StepList.h"

#include <algorithm>

namespace rankscope::engine {

std::optional<StepList::Shift> StepList::merge(const std::vector<Step>& came) {
    std::vector<std::uint64_t> fresh;
    for (const Step step : came) {
        if (!contains(step.value())) {
            fresh.push_back(step.value());
        }
    }
    const std::size_t first = fresh.empty() ? m_steps.size() : placeOf(fresh.front());
    if (first == m_steps.size()) {
        m_steps.insert(m_steps.end(), fresh.begin(), fresh.end());
        return std::nullopt;
    }
    Shift shift{first, {}};
    const std::vector<std::uint64_t> old(m_steps.begin() + static_cast<std::ptrdiff_t>(first),
                                         m_steps.end());
    m_steps.resize(first);
    for (std::size_t i = 0, next = 0; i < old.size() || next < fresh.size();) {
        const bool isNew = i == old.size() || (next < fresh.size() && fresh[next] < old[i]);
        m_steps.push_back(isNew ? fresh[next] : old[i]);
        shift.sources.push_back(isNew ? kNew : first + i);
        ++(isNew ? next : i);
    }
    return shift;
}

void StepList::append(const std::vector<std::uint64_t>& steps) {
    m_steps.insert(m_steps.end(), steps.begin(), steps.end());
}

std::size_t StepList::placeOf(std::uint64_t step) const {
    if (m_steps.empty() || m_steps.back() < step) {
        return m_steps.size(); // most come in order
    }
    return static_cast<std::size_t>(std::lower_bound(m_steps.begin(), m_steps.end(), step) -
                                    m_steps.begin());
}

bool StepList::contains(std::uint64_t step) const {
    const std::size_t place = placeOf(step);
    return place < m_steps.size() && m_steps[place] == step;
}

StepList::Range StepList::rangeOf(std::size_t block) const {
    const std::size_t next = (block + 1) * kBlock;
    return {Step{block == 0 ? 0 : m_steps[block * kBlock]},
            Step{next < m_steps.size() ? m_steps[next] - 1 : m_steps.back()}};
}

std::size_t StepList::blockOf(Step step) const {
    const auto behind = std::upper_bound(m_steps.begin(), m_steps.end(), step.value());
    const auto place = static_cast<std::size_t>(behind - m_steps.begin());
    return place == 0 ? 0 : (place - 1) / kBlock;
}

} // namespace rankscope::engine
