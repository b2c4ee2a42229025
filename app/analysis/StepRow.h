// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMetrics.h"
#include "transport/wire/Messages.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace rankscope::analysis {

/// What one rank reported about one step: its last attempt. Undefined = not measured.
struct RankSample {
    RankId rank;
    IncarnationId incarnation;
    Seq seq;
    std::uint32_t flags = 0; ///< wire::flags
    wire::LossScale lossScale = wire::LossScale::Unknown;
    double loss = undefined();
    double weight = undefined();
    double gradSq = undefined();            ///< n_i
    double meanSq = undefined();            ///< N
    double dot = undefined();               ///< a_i
    std::optional<std::uint64_t> nonFinite; ///< elements of its gradient
    Hashes hashes;
    std::vector<double> groupLoo; ///< leave-one-out cosine per layer group
};

/// What a record says, of a rank in a world of so many. Undefined where it says nothing.
[[nodiscard]] RankSample sampleOf(const wire::StepRecord& record, std::uint32_t world);

/// One step of one generation, as far as it was received.
struct StepRow {
    Step step;
    std::uint32_t generation = 0;
    std::uint32_t world = 0;         ///< ranks of the generation: the divisor of the mean gradient
    std::vector<RankSample> samples; ///< ascending rank, at most one each
};

} // namespace rankscope::analysis
