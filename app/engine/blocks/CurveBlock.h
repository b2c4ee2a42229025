// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/Bytes.h"
#include "app/analysis/StepMeasures.h"
#include "app/engine/frames/RunFrame.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace rankscope::engine {

inline constexpr std::size_t kSignals = 3; ///< of RankSignal

/// What the curves of consecutive steps are made of, on the way into their series: these take many
/// values at once far faster than one by one. Single precision for all that is only drawn.
class CurveBlock {
  public:
    enum Curve : std::uint32_t {
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
    /// Of a signal over ranks.
    enum Bundle : std::size_t { Median, RobustSd, Low, High, kBundle };

    static constexpr std::size_t kSteps = 256;
    /// Ranks from here on have no lines of their own, only a part in what is over all ranks.
    static constexpr std::uint32_t kMaxRanks = 4096;
    /// Quantiles of fewer would be interpolated extremes.
    static constexpr std::size_t kFewestForQuantiles = 17;

    /// The next step; at most kSteps of them.
    void add(const analysis::StepMeasures& measures);
    void clear();

    /// Ranks whose values are in one part of the block as bytes; part 0 also has the curves.
    static constexpr std::size_t kRanksOfPart = 128;
    [[nodiscard]] std::size_t parts() const {
        return std::max<std::size_t>(1, (m_ranks.size() + kRanksOfPart - 1) / kRanksOfPart);
    }
    void put(analysis::BytesOut& out, std::size_t part) const;
    /// Reads the parts back, one after the other into a cleared block. False: these are none.
    [[nodiscard]] bool take(analysis::BytesIn& in, std::size_t part, std::size_t size,
                            std::size_t ranks);

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::span<const double> operator[](Curve curve) const {
        return std::span(m_curves[curve]).first(m_size);
    }
    [[nodiscard]] std::span<const float> bundle(RankSignal signal, Bundle what) const {
        return std::span(m_bundles[static_cast<std::size_t>(signal)][what]).first(m_size);
    }
    [[nodiscard]] std::size_t ranks() const { return m_ranks.size(); }
    /// Whether the rank reported any of the steps.
    [[nodiscard]] bool has(std::size_t rank) const {
        return rank < m_ranks.size() && m_ranks[rank].reported;
    }
    /// NaN where the rank reported nothing; it need not be below ranks().
    [[nodiscard]] std::span<const float> rank(RankSignal signal, std::size_t rank) const;

  private:
    using Values = std::array<float, kSteps>;
    struct Rank {
        std::array<Values, kSignals> signals;
        bool reported = false;
    };
    void addRanks(const analysis::StepMeasures& measures);
    void addBundle(RankSignal signal, const analysis::StepMeasures& measures);

    std::size_t m_size = 0;
    std::array<std::array<double, kSteps>, kCurves> m_curves{};
    std::array<std::array<Values, kBundle>, kSignals> m_bundles{};
    std::vector<Rank> m_ranks;
    std::vector<float> m_sorted; ///< scratch
};

/// The rank's value of a signal.
[[nodiscard]] double valueOf(RankSignal signal, const analysis::RankMetrics& rank);

} // namespace rankscope::engine
