// SPDX-License-Identifier: Apache-2.0
#include "app/engine/RunCurves.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace rankscope::engine {

using analysis::RankMetrics;
using analysis::StepMeasures;

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

bool anyFinite(std::span<const float> values) {
    return std::any_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

} // namespace

std::vector<Step> RunCurves::update(RunReader& reader, const SeeMeasures& see) {
    std::vector<Step> amended = reader.takeAmended();
    std::sort(amended.begin(), amended.end());
    enter(amended, [&](Step step) {
        StepMeasures measures = reader.measures(step);
        if (see) {
            see(measures);
        }
        return measures;
    });
    return amended;
}

void RunCurves::enter(const std::vector<Step>& amended,
                      const std::function<StepMeasures(Step)>& measuresOf) {
    makeRoom(amended);
    std::size_t first = 0; // place of the block's first step
    for (const Step step : amended) {
        const std::size_t next = first + m_block.size();
        std::size_t place = next;
        if (next >= m_steps.size() || m_steps[next] != step.value()) {
            const auto at = std::lower_bound(m_steps.begin(), m_steps.end(), step.value());
            place = static_cast<std::size_t>(at - m_steps.begin());
        }
        if (place != next || m_block.size() == CurveBlock::kSteps) {
            takeBlock(first);
            first = place;
        }
        const StepMeasures measures = measuresOf(step);
        m_block.add(measures);
        noteNonFinite(step.value(), measures);
    }
    takeBlock(first);
}

void RunCurves::makeRoom(const std::vector<Step>& amended) {
    std::vector<std::uint64_t> fresh;
    for (const Step step : amended) {
        if (!std::binary_search(m_steps.begin(), m_steps.end(), step.value())) {
            fresh.push_back(step.value());
        }
    }
    if (fresh.empty()) {
        return;
    }
    if (m_steps.empty() || m_steps.back() < fresh.front()) {
        m_steps.insert(m_steps.end(), fresh.begin(), fresh.end());
        return; // the series grow when they get a value
    }
    const std::vector<std::uint64_t> old = std::exchange(m_steps, {});
    std::merge(old.begin(), old.end(), fresh.begin(), fresh.end(), std::back_inserter(m_steps));
    std::vector<std::size_t> places;
    places.reserve(old.size());
    for (std::size_t from = 0, to = 0; from < old.size(); ++to) {
        if (m_steps[to] == old[from]) {
            places.push_back(to);
            ++from;
        }
    }
    const auto spread = [&](auto& series) {
        for (auto& one : series) {
            if (one.size() > 0) {
                one.spread(0, places, m_steps.size());
            }
        }
    };
    spread(m_curves);
    std::for_each(m_bundles.begin(), m_bundles.end(), spread);
    std::for_each(m_ranks.begin(), m_ranks.end(), spread);
}

void RunCurves::takeBlock(std::size_t first) {
    if (m_block.size() == 0) {
        return;
    }
    const auto assign = [&](auto& series, auto values) { series.assign(first, values); };
    for (std::size_t i = 0; i < kCurves; ++i) {
        assign(m_curves[i], m_block[static_cast<Curve>(i)]);
    }
    for (std::size_t s = 0; s < kSignals; ++s) {
        const auto signal = static_cast<RankSignal>(s);
        for (std::size_t i = 0; i < kBundle; ++i) {
            RankSeries& series = m_bundles[s][i];
            const auto values = m_block.bundle(signal, static_cast<Bundle>(i));
            if (series.size() > first || anyFinite(values)) {
                assign(series, values);
            }
        }
        m_ranks.resize(std::max(m_ranks.size(), m_block.ranks()));
        for (std::size_t rank = 0; rank < m_ranks.size(); ++rank) {
            // What an older launch reported at these steps counts no more.
            if (m_block.has(rank) || m_ranks[rank][s].size() > first) {
                assign(m_ranks[rank][s], m_block.rank(signal, rank));
            }
        }
    }
    m_block.clear();
}

void RunCurves::noteNonFinite(std::uint64_t step, const StepMeasures& measures) {
    bool badLoss = false;
    bool badGradient = measures.step.nonFinite.value_or(0) > 0;
    for (const RankMetrics& rank : measures.ranks) {
        badLoss = badLoss || isMeasuredNonFinite(rank.loss);
        badGradient = badGradient || isMeasuredNonFinite(rank.gradNorm);
        m_measuredGradients = m_measuredGradients || rank.nonFinite.has_value() ||
                              !analysis::isUndefined(rank.gradNorm);
    }
    mark(m_badLoss, step, badLoss);
    mark(m_badGradient, step, badGradient);
    m_badRanks.enter(step, measures.ranks);
}

} // namespace rankscope::engine
