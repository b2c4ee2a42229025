// SPDX-License-Identifier: Apache-2.0
#include "app/engine/RunCurves.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

namespace rankscope::engine {

using analysis::RankMetrics;
using analysis::StepMeasures;
using analysis::StepMetrics;

namespace {

bool isMeasuredNonFinite(double value) {
    return !std::isfinite(value) && !analysis::isUndefined(value);
}

void mark(std::set<std::uint64_t>& steps, std::uint64_t step, bool bad) {
    if (bad) {
        steps.insert(step);
    } else {
        steps.erase(step);
    }
}

} // namespace

std::vector<Step> RunCurves::update(RunReader& reader, const SeeMeasures& see) {
    std::vector<Step> amended = reader.takeAmended();
    std::sort(amended.begin(), amended.end());
    makeRoom(amended);
    for (const Step step : amended) {
        const auto at = std::lower_bound(m_steps.begin(), m_steps.end(), step.value());
        const analysis::StepMeasures measures = reader.measures(step);
        enter(static_cast<std::size_t>(at - m_steps.begin()), measures);
        if (see) {
            see(measures);
        }
    }
    return amended;
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
        for (auto& curve : m_curves) {
            curve.resize(m_steps.size());
        }
        return; // the ranks' curves grow when they get a value
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
    for (auto& curve : m_curves) {
        curve.spread(places, m_steps.size());
    }
    for (RankCurves& rank : m_ranks) {
        rank.loss.spread(places, m_steps.size());
        rank.leaveOneOut.spread(places, m_steps.size());
        rank.gradNorm.spread(places, m_steps.size());
    }
}

void RunCurves::enter(std::size_t index, const StepMeasures& measures) {
    const StepMetrics& m = measures.step;
    const auto set = [&](Curve curve, double value) { m_curves[curve].set(index, value); };
    set(LossMean, m.lossMean);
    set(LossMinusStd, m.lossMean - m.lossStd);
    set(LossPlusStd, m.lossMean + m.lossStd);
    set(LossMin, m.lossMin);
    set(LossMax, m.lossMax);
    set(LossStd, m.lossStd);
    set(CosineMean, m.cosineMean);
    set(NormCv, m.gradNormCv);
    set(NormMean, m.gradNormMean);
    set(NormMinusStd, m.gradNormMean - m.gradNormStd);
    set(NormPlusStd, m.gradNormMean + m.gradNormStd);
    set(NormMin, m.gradNormMin);
    set(NormMax, m.gradNormMax);
    enterRanks(index, measures);
}

void RunCurves::enterRanks(std::size_t index, const StepMeasures& measures) {
    bool badLoss = false;
    bool badGradient = measures.step.nonFinite.value_or(0) > 0;
    analysis::Extent<double> directions;
    for (RankCurves& rank : m_ranks) { // what an older generation reported here counts no more
        if (index < rank.loss.size()) {
            rank.loss.set(index, std::numeric_limits<float>::quiet_NaN());
            rank.leaveOneOut.set(index, std::numeric_limits<float>::quiet_NaN());
            rank.gradNorm.set(index, std::numeric_limits<float>::quiet_NaN());
        }
    }
    for (const RankMetrics& rank : measures.ranks) {
        badLoss = badLoss || isMeasuredNonFinite(rank.loss);
        badGradient = badGradient || isMeasuredNonFinite(rank.gradNorm);
        m_measuredGradients = m_measuredGradients || rank.nonFinite.has_value() ||
                              !analysis::isUndefined(rank.gradNorm);
        if (std::isfinite(rank.cosineLoo)) {
            directions.add(rank.cosineLoo);
        }
        if (rank.rank.value() >= kMaxLines) {
            continue;
        }
        if (rank.rank.value() >= m_ranks.size()) {
            m_ranks.resize(rank.rank.value() + 1);
        }
        RankCurves& curves = m_ranks[rank.rank.value()];
        if (index >= curves.loss.size()) {
            curves.loss.resize(m_steps.size());
            curves.leaveOneOut.resize(m_steps.size());
            curves.gradNorm.resize(m_steps.size());
        }
        curves.loss.set(index, static_cast<float>(rank.loss));
        curves.leaveOneOut.set(index, static_cast<float>(rank.cosineLoo));
        curves.gradNorm.set(index, static_cast<float>(rank.gradNorm));
    }
    m_curves[LooMin].set(index, directions.any ? directions.min : analysis::undefined());
    m_curves[LooMax].set(index, directions.any ? directions.max : analysis::undefined());
    mark(m_badLoss, m_steps[index], badLoss);
    mark(m_badGradient, m_steps[index], badGradient);
    m_badRanks.enter(m_steps[index], measures.ranks);
}

} // namespace rankscope::engine
