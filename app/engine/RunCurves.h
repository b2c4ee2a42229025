// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/MinMaxSeries.h"
#include "app/engine/CurveBlock.h"
#include "app/engine/NonFiniteLog.h"
#include "app/engine/RunReader.h"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace rankscope::engine {

/// Every step's metrics as curves, kept up to date step by step: a frame reads from here and never
/// computes a metric again. Memory per step: 15 bytes a rank and 200 besides.
class RunCurves {
  public:
    using Curve = CurveBlock::Curve;
    using Bundle = CurveBlock::Bundle;
    using enum CurveBlock::Curve;
    using enum CurveBlock::Bundle;
    using RankSeries = analysis::MinMaxSeries<float>;

    using SeeMeasures = std::function<void(const analysis::StepMeasures&)>;
    /// Takes in what changed in the reader's table, and says which steps did, ascending. `see` gets
    /// each of them as it is taken in: measuring a step may cost a read of the file.
    std::vector<Step> update(RunReader& reader, const SeeMeasures& see = {});
    /// Takes in the steps `amended` (ascending) as `measuresOf` now has them.
    void enter(const std::vector<Step>& amended,
               const std::function<analysis::StepMeasures(Step)>& measuresOf);

    [[nodiscard]] const std::vector<std::uint64_t>& steps() const { return m_steps; } ///< ascending
    [[nodiscard]] const analysis::MinMaxSeries<double>& operator[](Curve curve) const {
        return m_curves[curve];
    }
    /// One more than the highest rank that has lines.
    [[nodiscard]] std::size_t ranks() const { return m_ranks.size(); }
    /// May end before the last step; empty when the rank never reported.
    [[nodiscard]] const RankSeries& rank(RankSignal signal, std::size_t rank) const {
        return m_ranks[rank][static_cast<std::size_t>(signal)];
    }
    /// Low and High are empty while no step had enough ranks for them.
    [[nodiscard]] const RankSeries& bundle(RankSignal signal, Bundle what) const {
        return m_bundles[static_cast<std::size_t>(signal)][what];
    }
    /// Steps at which a loss, or a gradient, was measured and not finite, ascending.
    [[nodiscard]] const std::vector<std::uint64_t>& nonFiniteLoss() const { return m_badLoss; }
    [[nodiscard]] const std::vector<std::uint64_t>& nonFiniteGradient() const {
        return m_badGradient;
    }
    [[nodiscard]] const NonFiniteLog& nonFiniteRanks() const { return m_badRanks; }
    [[nodiscard]] bool measuredGradients() const { return m_measuredGradients; } ///< at any step

  private:
    void makeRoom(const std::vector<Step>& amended);
    void noteNonFinite(std::uint64_t step, const analysis::StepMeasures& measures);
    void takeBlock(std::size_t first); ///< the block's steps are those from this place on

    std::vector<std::uint64_t> m_steps;
    std::array<analysis::MinMaxSeries<double>, kCurves> m_curves;
    std::array<std::array<RankSeries, kBundle>, kSignals> m_bundles;
    std::vector<std::array<RankSeries, kSignals>> m_ranks;
    CurveBlock m_block;
    std::vector<std::uint64_t> m_badLoss, m_badGradient;
    NonFiniteLog m_badRanks;
    bool m_measuredGradients = false;
};

} // namespace rankscope::engine
