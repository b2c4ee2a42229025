// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/MinMaxSeries.h"
#include "app/engine/NonFiniteLog.h"
#include "app/engine/RunReader.h"

#include <array>
#include <cstdint>
#include <functional>
#include <set>
#include <vector>

namespace rankscope::engine {

/// Every step's metrics as curves, kept up to date step by step: a frame reads from here and never
/// computes a metric again. Single precision for the workers' lines, which are only drawn.
class RunCurves {
  public:
    enum Curve : std::size_t {
        LossMean,
        LossMinusStd,
        LossPlusStd,
        LossMin,
        LossMax,
        LossStd,
        CosineMean,
        LooMin,
        LooMax,
        NormCv,
        NormMean,
        NormMinusStd,
        NormPlusStd,
        NormMin,
        NormMax,
        kCurves
    };
    struct RankCurves {
        analysis::MinMaxSeries<float> loss, leaveOneOut, gradNorm;
    };
    /// Ranks from here on have no lines of their own, only a part in the ranges.
    static constexpr std::uint32_t kMaxLines = 256;

    using SeeMeasures = std::function<void(const analysis::StepMeasures&)>;
    /// Takes in what changed in the reader's table, and says which steps did, ascending. `see` gets
    /// each of them as it is taken in: measuring a step may cost a read of the file.
    std::vector<Step> update(RunReader& reader, const SeeMeasures& see = {});

    [[nodiscard]] const std::vector<std::uint64_t>& steps() const { return m_steps; } ///< ascending
    [[nodiscard]] const analysis::MinMaxSeries<double>& operator[](Curve curve) const {
        return m_curves[curve];
    }
    [[nodiscard]] const std::vector<RankCurves>& ranks() const { return m_ranks; } ///< by rank
    /// Steps at which a loss, or a gradient, was measured and not finite.
    [[nodiscard]] const std::set<std::uint64_t>& nonFiniteLoss() const { return m_badLoss; }
    [[nodiscard]] const std::set<std::uint64_t>& nonFiniteGradient() const { return m_badGradient; }
    [[nodiscard]] const NonFiniteLog& nonFiniteRanks() const { return m_badRanks; }
    [[nodiscard]] bool measuredGradients() const { return m_measuredGradients; } ///< at any step

  private:
    void makeRoom(const std::vector<Step>& amended);
    void enter(std::size_t index, const analysis::StepMeasures& measures);
    void enterRanks(std::size_t index, const analysis::StepMeasures& measures);

    std::vector<std::uint64_t> m_steps;
    std::array<analysis::MinMaxSeries<double>, kCurves> m_curves;
    std::vector<RankCurves> m_ranks;
    std::set<std::uint64_t> m_badLoss, m_badGradient;
    NonFiniteLog m_badRanks;
    bool m_measuredGradients = false;
};

} // namespace rankscope::engine
