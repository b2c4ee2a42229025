// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/CurveBlock.h"

#include "app/analysis/MinMaxSeries.h"
#include "app/analysis/RobustSummary.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace rankscope::engine {
namespace {

constexpr float kHole = std::numeric_limits<float>::quiet_NaN();
constexpr std::array<RankSignal, kSignals> kAll{RankSignal::Loss, RankSignal::Direction,
                                                RankSignal::GradNorm};
constexpr std::array<float, CurveBlock::kSteps> kNothing = [] {
    std::array<float, CurveBlock::kSteps> values{};
    values.fill(kHole);
    return values;
}();

} // namespace

double valueOf(RankSignal signal, const analysis::RankMetrics& rank) {
    switch (signal) {
    case RankSignal::Loss:
        return rank.loss;
    case RankSignal::Direction:
        return rank.cosineLoo;
    case RankSignal::GradNorm:
        break;
    }
    return rank.gradNorm;
}

void CurveBlock::clear() {
    m_size = 0;
    for (Rank& rank : m_ranks) {
        if (rank.reported) {
            rank.signals.fill(kNothing);
            rank.reported = false;
        }
    }
}

std::span<const float> CurveBlock::rank(RankSignal signal, std::size_t rank) const {
    const Values& values =
        has(rank) ? m_ranks[rank].signals[static_cast<std::size_t>(signal)] : kNothing;
    return std::span(values).first(m_size);
}

void CurveBlock::add(const analysis::StepMeasures& measures) {
    assert(m_size < kSteps);
    const analysis::StepMetrics& m = measures.step;
    const auto set = [&](Curve curve, double value) { m_curves[curve][m_size] = value; };
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
    analysis::Extent<double> directions;
    for (const analysis::RankMetrics& rank : measures.ranks) {
        if (std::isfinite(rank.cosineLoo)) {
            directions.add(rank.cosineLoo);
        }
    }
    set(LooMin, directions.any ? directions.min : analysis::undefined());
    set(LooMax, directions.any ? directions.max : analysis::undefined());
    addRanks(measures);
    for (const RankSignal signal : kAll) {
        addBundle(signal, measures);
    }
    ++m_size;
}

void CurveBlock::addRanks(const analysis::StepMeasures& measures) {
    for (const analysis::RankMetrics& rank : measures.ranks) {
        const std::size_t at = rank.rank.value();
        if (at >= kMaxRanks) {
            break; // they ascend
        }
        while (m_ranks.size() <= at) {
            m_ranks.emplace_back().signals.fill(kNothing);
        }
        m_ranks[at].reported = true;
        for (const RankSignal signal : kAll) {
            m_ranks[at].signals[static_cast<std::size_t>(signal)][m_size] =
                static_cast<float>(valueOf(signal, rank));
        }
    }
}

void CurveBlock::addBundle(RankSignal signal, const analysis::StepMeasures& measures) {
    m_sorted.clear();
    for (const analysis::RankMetrics& rank : measures.ranks) {
        const auto value = static_cast<float>(valueOf(signal, rank));
        if (std::isfinite(value)) {
            m_sorted.push_back(value);
        }
    }
    const analysis::RobustSummary summary = analysis::robustSummary(m_sorted);
    const bool many = summary.count >= kFewestForQuantiles;
    auto& bundle = m_bundles[static_cast<std::size_t>(signal)];
    bundle[Median][m_size] = static_cast<float>(summary.median);
    bundle[RobustSd][m_size] = static_cast<float>(summary.sd);
    bundle[Low][m_size] = many ? static_cast<float>(summary.low) : kHole;
    bundle[High][m_size] = many ? static_cast<float>(summary.high) : kHole;
}

} // namespace rankscope::engine
