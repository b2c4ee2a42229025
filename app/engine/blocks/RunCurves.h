// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/MinMaxSeries.h"
#include "app/engine/blocks/BlockSummary.h"
#include "app/engine/blocks/CurveBlock.h"
#include "app/engine/blocks/NonFiniteMarks.h"
#include "app/engine/blocks/StepList.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace rankscope::engine {

/// Every step's metrics as curves, kept up to date step by step: a frame reads from here and never
/// computes a metric again. Memory per step: 15 bytes a rank and 200 besides, where values are
/// fine; blocks of StepList::kBlock steps may be coarse (see MinMaxSeries), then 24 bytes a curve
/// and block.
class RunCurves {
  public:
    using Curve = CurveBlock::Curve;
    using Bundle = CurveBlock::Bundle;
    using enum CurveBlock::Curve;
    using enum CurveBlock::Bundle;
    using RankSeries = analysis::MinMaxSeries<float>;
    static constexpr std::size_t kBlock = StepList::kBlock;

    using MeasuresOf = std::function<analysis::StepMeasures(Step)>;
    /// Takes in the steps `amended` (ascending) as `measuresOf` now has them: without ranks a step
    /// is a hole. Of a coarse block it takes all steps or none: then that is stale. `asOf`: message
    /// up to which this is known. Returns the first place of which anything changed.
    std::size_t enter(const std::vector<Step>& amended, const MeasuresOf& measuresOf,
                      std::int64_t asOf = 0);

    [[nodiscard]] const StepList& stepList() const { return m_steps; }
    [[nodiscard]] const std::vector<std::uint64_t>& steps() const { return m_steps.all(); }
    [[nodiscard]] const analysis::MinMaxSeries<double>& operator[](Curve curve) const {
        return m_curves[curve];
    }
    /// One more than the highest rank that has lines.
    [[nodiscard]] std::size_t ranks() const { return m_ranks.size(); }
    /// Whether there is a finite value of it: all that it said may be overtaken by a restart.
    [[nodiscard]] bool reported(std::size_t rank) const;
    /// May end before the last step.
    [[nodiscard]] const RankSeries& rank(RankSignal signal, std::size_t rank) const {
        return m_ranks[rank][static_cast<std::size_t>(signal)];
    }
    /// Low and High are empty while no step had enough ranks for them.
    [[nodiscard]] const RankSeries& bundle(RankSignal signal, Bundle what) const {
        return m_bundles[static_cast<std::size_t>(signal)][what];
    }
    [[nodiscard]] const NonFiniteMarks& nonFinite() const { return m_nonFinite; }

    enum class Detail : std::uint8_t {
        Fine,   ///< every value is known
        Coarse, ///< least, greatest and sum are
        Stale,  ///< what is known is not quite right: the steps must be measured anew
    };
    [[nodiscard]] std::size_t blocks() const { return m_blocks.size(); }
    [[nodiscard]] std::size_t fineBlocks() const { return m_fine; }
    [[nodiscard]] Detail detail(std::size_t block) const { return m_blocks[block].detail; }
    /// Message up to which all was taken in that came for the block.
    [[nodiscard]] std::int64_t asOf(std::size_t block) const { return m_blocks[block].asOf; }
    /// Appends a block of which the summary is known; all steps lie behind those that are here,
    /// which fill whole blocks.
    void append(const BlockSummary& summary);
    void refine(std::size_t block, CurveBlock& values); ///< takes a coarse block's values
    void coarsen(std::size_t block);                    ///< forgets a fine block's values
    void doubt(std::size_t block);                      ///< it and those behind it are stale
    /// Bytes that fine values of a block take, about.
    [[nodiscard]] std::size_t fineBytes() const;

  private:
    struct Block {
        Detail detail = Detail::Coarse;
        std::int64_t asOf = 0;
    };
    void setDetail(std::size_t block, Detail detail);
    void resizeBlocks();
    void rearrange(const StepList::Shift& shift, std::int64_t asOf);
    void takeBlock(std::size_t first); ///< the block's steps are those from this place on
    /// Of what was amended, what can be taken in.
    [[nodiscard]] std::vector<Step> takeable(const std::vector<Step>& amended, std::int64_t asOf);
    template <class Do>
    void forEachSeries(Do act);

    StepList m_steps;
    std::vector<Block> m_blocks;
    std::size_t m_fine = 0; ///< of them
    std::array<analysis::MinMaxSeries<double>, kCurves> m_curves;
    std::array<std::array<RankSeries, kBundle>, kSignals> m_bundles;
    std::vector<std::array<RankSeries, kSignals>> m_ranks;
    CurveBlock m_block;
    NonFiniteMarks m_nonFinite;
};

} // namespace rankscope::engine
