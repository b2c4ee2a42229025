// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/RunSeries.h"

#include <algorithm>
#include <cmath>

namespace rankscope::analysis {
namespace {

double lowestLoo(const StepMeasures& measures) {
    double lowest = undefined();
    for (const RankMetrics& rank : measures.ranks) {
        if (std::isfinite(rank.cosineLoo) && !(lowest <= rank.cosineLoo)) {
            lowest = rank.cosineLoo;
        }
    }
    return lowest;
}

/// Undefined as long as one rank's is: a sum over fewer ranks is another quantity.
double totalWeight(const StepMeasures& measures) {
    double total = 0;
    for (const RankMetrics& rank : measures.ranks) {
        if (!std::isfinite(rank.weight)) {
            return undefined();
        }
        total += rank.weight;
    }
    return measures.ranks.empty() || measures.step.workers < measures.step.expected ? undefined()
                                                                                    : total;
}

} // namespace

const std::vector<double>& RunSeries::error(RunMetric metric) const {
    static const std::vector<double> kNone;
    return metric == RunMetric::Loss       ? m_lossError
           : metric == RunMetric::GradNorm ? m_normError
                                           : kNone;
}

std::size_t RunSeries::rowFor(std::uint64_t step) {
    const auto at = std::lower_bound(m_steps.begin(), m_steps.end(), step);
    const auto row = at - m_steps.begin();
    if (at != m_steps.end() && *at == step) {
        return static_cast<std::size_t>(row);
    }
    m_steps.insert(at, step);
    const auto makeRoom = [row](std::vector<double>& column) {
        column.insert(column.begin() + row, undefined());
    };
    for (std::vector<double>& column : m_values) {
        makeRoom(column);
    }
    for (std::vector<double>* column : {&m_lossError, &m_normError, &m_workers}) {
        makeRoom(*column);
    }
    return static_cast<std::size_t>(row);
}

void RunSeries::erase(std::uint64_t step) {
    const auto at = std::lower_bound(m_steps.begin(), m_steps.end(), step);
    if (at == m_steps.end() || *at != step) {
        return;
    }
    const auto row = at - m_steps.begin();
    m_steps.erase(at);
    for (std::vector<double>& column : m_values) {
        column.erase(column.begin() + row);
    }
    for (std::vector<double>* column : {&m_lossError, &m_normError, &m_workers}) {
        column->erase(column->begin() + row);
    }
}

void RunSeries::enter(const StepMeasures& measures) {
    if (measures.ranks.empty()) {
        erase(measures.step.step.value());
        return;
    }
    const StepMetrics& m = measures.step;
    const std::size_t row = rowFor(m.step.value());
    const auto set = [&](RunMetric metric, double value) {
        m_values[static_cast<std::size_t>(metric)][row] = value;
    };
    set(RunMetric::Loss, m.lossMean);
    set(RunMetric::LossStd, m.lossStd);
    set(RunMetric::GradNorm, m.gradNormMean);
    set(RunMetric::NormCv, m.gradNormCv);
    set(RunMetric::Cosine, m.cosineMean);
    set(RunMetric::LowestLoo, lowestLoo(measures));
    set(RunMetric::Weight, totalWeight(measures));
    const double root = std::sqrt(static_cast<double>(m.workers));
    m_lossError[row] = m.lossStd / root;
    m_normError[row] = m.gradNormStd / root;
    m_workers[row] = static_cast<double>(m.workers);
}

} // namespace rankscope::analysis
