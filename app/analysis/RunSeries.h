// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMeasures.h"

#include <array>
#include <cstdint>
#include <vector>

namespace rankscope::analysis {

/// What runs are compared by; the formulas are in docs/metrics.md.
enum class RunMetric : std::uint8_t {
    Loss,      ///< mean over ranks
    LossStd,   ///< over ranks
    GradNorm,  ///< mean over ranks
    NormCv,    ///< std / mean of the norms
    Cosine,    ///< mean over pairs
    LowestLoo, ///< the lowest leave-one-out cosine of a rank
    Weight,    ///< tokens or samples of all ranks together
};
inline constexpr std::size_t kRunMetrics = 7;
inline constexpr std::array<RunMetric, kRunMetrics> kAllRunMetrics{
    RunMetric::Loss,   RunMetric::LossStd,   RunMetric::GradNorm, RunMetric::NormCv,
    RunMetric::Cosine, RunMetric::LowestLoo, RunMetric::Weight};

/// A run as it is compared with others: one number per metric and step, undefined() where there
/// is none. Steps may come in any order and again. Not thread-safe.
class RunSeries {
  public:
    /// A step without ranks is one that the run does not have any more.
    void enter(const StepMeasures& measures);

    [[nodiscard]] const std::vector<std::uint64_t>& steps() const { return m_steps; } ///< ascending
    [[nodiscard]] const std::vector<double>& operator[](RunMetric metric) const {
        return m_values[static_cast<std::size_t>(metric)];
    }
    /// Standard error that a step's value has because its ranks are a sample: std / sqrt(ranks).
    /// Only of the metrics that are means over ranks; else empty.
    [[nodiscard]] const std::vector<double>& error(RunMetric metric) const;
    [[nodiscard]] const std::vector<double>& workers() const {
        return m_workers;
    } ///< that reported

  private:
    [[nodiscard]] std::size_t rowFor(std::uint64_t step);
    void erase(std::uint64_t step);

    std::vector<std::uint64_t> m_steps;
    std::array<std::vector<double>, kRunMetrics> m_values;
    std::vector<double> m_lossError, m_normError, m_workers;
};

} // namespace rankscope::analysis
