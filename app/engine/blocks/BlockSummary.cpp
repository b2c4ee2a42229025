// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/BlockSummary.h"

namespace rankscope::engine {

BlockSummary summaryOf(const CurveBlock& block) {
    BlockSummary summary;
    for (std::size_t i = 0; i < CurveBlock::kCurves; ++i) {
        summary.curves[i] =
            analysis::MinMaxSeries<double>::nodeOf(block[static_cast<CurveBlock::Curve>(i)]);
    }
    summary.ranks.resize(block.ranks());
    for (std::size_t s = 0; s < kSignals; ++s) {
        const auto signal = static_cast<RankSignal>(s);
        for (std::size_t i = 0; i < CurveBlock::kBundle; ++i) {
            summary.bundles[s][i] = analysis::MinMaxSeries<float>::nodeOf(
                block.bundle(signal, static_cast<CurveBlock::Bundle>(i)));
        }
        for (std::size_t rank = 0; rank < block.ranks(); ++rank) {
            summary.ranks[rank].reported = block.has(rank);
            summary.ranks[rank].nodes[s] =
                analysis::MinMaxSeries<float>::nodeOf(block.rank(signal, rank));
        }
    }
    return summary;
}

} // namespace rankscope::engine
