// SPDX-License-Identifier: Apache-2.0
#include "app/engine/MeanCosine.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rankscope::engine {

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
    m_sum = {};
    m_counts.clear();
    if (m_steps.empty()) {
        m_mean.reset();
    }
}

bool MeanCosine::advance(const RunReader& reader, Clock::time_point until) {
    while (!done() && Clock::now() < until) {
        // One that cannot be read leaves the others; the run's own page says why.
        if (const auto matrix = reader.cosines(Step{m_steps[m_next]})) {
            add(*matrix);
        }
        if (++m_next == m_steps.size()) {
            finish();
            return true;
        }
    }
    return false;
}

/// A restart may change the ranks: then the mean is of those steps that have the first one's.
void MeanCosine::add(const analysis::CosineMatrix& matrix) {
    if (matrix.source == analysis::CosineSource::None ||
        (!m_counts.empty() && matrix.ranks != m_sum.ranks)) {
        return;
    }
    if (m_counts.empty()) {
        m_sum.ranks = matrix.ranks;
        m_sum.cosine.assign(matrix.cosine.size(), 0);
        m_sum.sd.assign(matrix.cosine.size(), 0);
        m_sum.steps = 0;
        m_counts.assign(matrix.cosine.size(), 0);
    }
    m_sum.source = matrix.source;
    m_sum.step = matrix.step;
    ++m_sum.steps;
    for (std::size_t i = 0; i < matrix.cosine.size(); ++i) {
        if (std::isfinite(matrix.cosine[i])) {
            m_sum.cosine[i] += matrix.cosine[i];
            m_sum.sd[i] += i < matrix.sd.size() ? matrix.sd[i] * matrix.sd[i] : 0;
            ++m_counts[i];
        }
    }
}

void MeanCosine::finish() {
    if (m_counts.empty()) {
        m_mean.reset();
        return;
    }
    analysis::CosineMatrix mean = m_sum;
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        const double count = m_counts[i];
        mean.cosine[i] = m_counts[i] > 0 ? mean.cosine[i] / count : analysis::undefined();
        mean.sd[i] = m_counts[i] > 0 ? std::sqrt(mean.sd[i]) / count : analysis::undefined();
    }
    m_mean = std::make_shared<const analysis::CosineMatrix>(std::move(mean));
}

} // namespace rankscope::engine
