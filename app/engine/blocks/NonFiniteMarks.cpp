// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/NonFiniteMarks.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rankscope::engine {
namespace {

bool isMeasuredNonFinite(double value) {
    return !std::isfinite(value) && !analysis::isUndefined(value);
}

/// Puts a step among ascending ones, or takes it away.
void mark(std::vector<std::uint64_t>& steps, std::uint64_t step, bool bad) {
    const auto at = std::lower_bound(steps.begin(), steps.end(), step);
    const bool there = at != steps.end() && *at == step;
    if (bad && !there) {
        steps.insert(at, step); // at the end, but for late data
    } else if (!bad && there) {
        steps.erase(at);
    }
}

} // namespace

void NonFiniteMarks::enter(std::uint64_t step, const analysis::StepMeasures& measures) {
    bool badLoss = false;
    bool badGradient = measures.step.nonFinite.value_or(0) > 0;
    for (const analysis::RankMetrics& rank : measures.ranks) {
        badLoss = badLoss || isMeasuredNonFinite(rank.loss);
        badGradient = badGradient || isMeasuredNonFinite(rank.gradNorm);
        m_measured =
            m_measured || rank.nonFinite.has_value() || !analysis::isUndefined(rank.gradNorm);
    }
    mark(m_loss, step, badLoss);
    mark(m_gradient, step, badGradient);
    m_ranks.enter(step, measures.ranks);
}

void NonFiniteMarks::append(const NonFiniteMarks& other) {
    m_loss.insert(m_loss.end(), other.m_loss.begin(), other.m_loss.end());
    m_gradient.insert(m_gradient.end(), other.m_gradient.begin(), other.m_gradient.end());
    for (const NonFiniteLog::Entry& entry : other.m_ranks.entries()) {
        m_ranks.append(entry);
    }
    m_measured = m_measured || other.m_measured;
}

NonFiniteMarks NonFiniteMarks::of(Parts parts) {
    NonFiniteMarks marks;
    marks.m_loss = std::move(parts.loss);
    marks.m_gradient = std::move(parts.gradient);
    marks.m_measured = parts.measured;
    for (const NonFiniteLog::Entry& entry : parts.ranks) {
        marks.m_ranks.append(entry);
    }
    return marks;
}

} // namespace rankscope::engine
