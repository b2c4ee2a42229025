// SPDX-License-Identifier: Apache-2.0
#include "app/engine/compare/MeanCosine.h"

#include <algorithm>
#include <utility>

namespace rankscope::engine {
namespace {

bool isNobody(const Error& error) {
    return error.code == ErrorCode::Unavailable;
}

} // namespace

void MeanCosine::setSpan(const std::vector<std::uint64_t>& own, std::uint64_t first,
                         std::uint64_t last) {
    const auto from = std::lower_bound(own.begin(), own.end(), first);
    const auto to = std::upper_bound(from, own.end(), last);
    const auto all = static_cast<std::size_t>(to - from);
    const std::size_t count = std::min(all, kSteps);
    std::vector<std::uint64_t> steps;
    for (std::size_t i = 0; i < count; ++i) {
        steps.push_back(from[static_cast<std::ptrdiff_t>(i * all / count)]);
    }
    if (steps == m_steps) {
        return;
    }
    m_steps = std::move(steps);
    m_next = 0;
    m_summed = 0;
    m_pause.end();
    if (m_steps.empty()) {
        m_mean.reset();
    }
}

bool MeanCosine::advance(const RunReader& reader, Clock::time_point until) {
    while (due() && Clock::now() < until) {
        // One that cannot be read leaves the others; the run's own page says why.
        const Step step{m_steps[m_next]};
        if (const auto row = reader.row(step); !row && isNobody(row.error())) {
            m_pause.begin(row.error());
            return false;
        } else if (row && *row) {
            const auto matrix = reader.cosines(step);
            if (!matrix && isNobody(matrix.error())) {
                m_pause.begin(matrix.error());
                return false;
            }
            if (matrix) {
                add(*matrix);
            }
        }
        m_pause.end();
        if (++m_next == m_steps.size()) {
            finish();
            return true;
        }
    }
    return false;
}

/// A restart may bring other ranks: the mean is of the pairs of those that were there first.
void MeanCosine::add(const analysis::CosineMatrix& matrix) {
    const CosineSum::Part part = CosineSum::partOf(matrix);
    if (part.ranks.empty()) {
        return;
    }
    if (m_summed == 0) {
        m_sum.clear(part.ranks);
    }
    m_sum.add(part);
    m_newest = matrix.step;
    ++m_summed;
}

void MeanCosine::finish() {
    m_mean.reset();
    if (m_summed > 0) {
        m_mean = std::make_shared<const analysis::CosineMatrix>(m_sum.mean(m_newest, m_summed));
    }
}

} // namespace rankscope::engine
