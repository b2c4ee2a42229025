// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/MinMaxSeries.h"
#include "app/engine/blocks/CurveBlock.h"
#include "app/engine/blocks/NonFiniteMarks.h"

#include <array>
#include <cstdint>
#include <vector>

namespace rankscope::engine {

/// All that a coarse picture needs of a block of steps.
struct BlockSummary {
    using CurveNode = analysis::MinMaxSeries<double>::Node;
    using RankNode = analysis::MinMaxSeries<float>::Node;

    std::int64_t asOf = 0;   ///< message up to which this is known
    std::uint32_t epoch = 0; ///< see RunDigest
    std::vector<std::uint64_t> steps;
    std::array<CurveNode, CurveBlock::kCurves> curves;
    std::array<std::array<RankNode, CurveBlock::kBundle>, kSignals> bundles;
    struct Rank {
        bool reported = false; ///< at any of the steps
        std::array<RankNode, kSignals> nodes;
    };
    std::vector<Rank> ranks;
    NonFiniteMarks nonFinite;
};

/// Without what is known of the block as a whole: only its curves.
[[nodiscard]] BlockSummary summaryOf(const CurveBlock& block);

} // namespace rankscope::engine
