// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/CosineWindow.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rankscope::engine {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{256} << 20U; // 42 steps of 1,024 ranks

} // namespace

void CosineWindow::forget(const std::vector<Step>& amended) {
    for (const Step step : amended) {
        const auto known = m_known.find(step.value());
        if (known != m_known.end()) {
            m_bytes -= known->second.part.bytes();
            m_known.erase(known);
        }
        if (m_included.count(step.value()) > 0) {
            m_included.clear(); // the next aim() sums up what is known
        }
    }
    m_steps.clear();
    m_missing.clear();
}

void CosineWindow::aim(std::vector<std::uint64_t> steps) {
    if (steps == m_steps) {
        return;
    }
    m_steps = std::move(steps);
    for (auto it = m_included.begin(); it != m_included.end();) {
        if (std::binary_search(m_steps.begin(), m_steps.end(), *it)) {
            ++it;
        } else if (const auto known = m_known.find(*it); known != m_known.end()) {
            m_sum.remove(known->second.part);
            m_defined.erase(*it);
            it = m_included.erase(it);
            m_changed = true;
        } else {
            m_included.clear(); // it cannot be taken out any more
            break;
        }
    }
    for (auto step = m_steps.rbegin(); step != m_steps.rend(); ++step) {
        const bool cursor = step == m_steps.rbegin(); // the sum may be for other ranks
        if ((cursor || m_included.count(*step) == 0) && m_known.count(*step) > 0) {
            include(*step);
        }
    }
    noteMissing();
}

void CosineWindow::noteMissing() {
    m_missing.clear();
    std::set_difference(m_steps.begin(), m_steps.end(), m_included.begin(), m_included.end(),
                        std::back_inserter(m_missing));
}

/// The mean's ranks are the cursor's: when its step has others than the sum, that starts over.
void CosineWindow::include(std::uint64_t step) {
    const CosineSum::Part& part = m_known.at(step).part;
    const bool others = !part.ranks.empty() && part.ranks != m_sum.ranks() &&
                        (step == m_steps.back() || m_sum.ranks().empty());
    if (m_included.empty() || others) {
        m_sum.clear(part.ranks);
        m_defined.clear();
        for (const std::uint64_t before : std::exchange(m_included, {})) {
            sumUp(before);
        }
    }
    sumUp(step);
}

void CosineWindow::sumUp(std::uint64_t step) {
    const auto known = m_known.find(step);
    if (known == m_known.end() || m_included.count(step) > 0) {
        return; // if there was no room for it, it is missing again
    }
    m_sum.add(known->second.part);
    m_included.insert(step);
    if (!known->second.part.ranks.empty()) {
        m_defined.insert(step);
    }
    m_changed = true;
}

bool CosineWindow::work() {
    m_blocked.reset();
    if (m_missing.empty()) {
        return false;
    }
    const std::uint64_t step = m_missing.back();
    const auto matrix = m_reader.cosines(Step{step});
    if (!matrix && matrix.error().code == ErrorCode::Unavailable) {
        m_blocked = matrix.error(); // asked again later
        return false;
    }
    Known known;
    if (matrix) {
        known.part = CosineSum::partOf(*matrix);
    } else {
        known.problem = matrix.error().what;
    }
    m_bytes += known.part.bytes();
    m_known.insert_or_assign(step, std::move(known));
    include(step);
    noteMissing();
    makeRoom();
    return true;
}

/// Those that are farthest from the cursor go first.
void CosineWindow::makeRoom() {
    while (m_bytes > kMaxBytes && m_known.size() > 1) {
        const std::uint64_t cursor = m_steps.back();
        const auto oldest = m_known.begin();
        const auto newest = std::prev(m_known.end());
        const bool behind =
            newest->first > cursor &&
            (oldest->first > cursor || newest->first - cursor > cursor - oldest->first);
        const auto farthest = behind ? newest : oldest;
        m_bytes -= farthest->second.part.bytes();
        m_known.erase(farthest);
    }
}

std::shared_ptr<const analysis::CosineMatrix> CosineWindow::matrix() {
    if (m_changed && !m_included.empty()) {
        m_changed = false;
        m_matrix.reset();
        if (!m_defined.empty()) {
            auto mean = m_sum.mean(Step{*m_defined.rbegin()}, m_defined.size());
            if (mean.source != analysis::CosineSource::None) {
                m_matrix = std::make_shared<const analysis::CosineMatrix>(std::move(mean));
            }
        }
    }
    return m_matrix;
}

std::string CosineWindow::problem() const {
    const auto known = m_steps.empty() ? m_known.end() : m_known.find(m_steps.back());
    return known == m_known.end() ? std::string{} : known->second.problem;
}

} // namespace rankscope::engine
