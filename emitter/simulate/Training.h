// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/simulate/Dataset.h"
#include "emitter/simulate/Fault.h"
#include "emitter/simulate/Network.h"

#include <cstdint>
#include <span>
#include <vector>

namespace rankscope::simulate {

/// Data-parallel SGD on a small problem, every rank in turn. Follows from its arguments alone, so
/// that several processes that each run all ranks and emit for some of them agree to the last bit.
class Training {
  public:
    static constexpr std::size_t kMicroBatches = 4, kMicroBatch = 8;

    Training(std::uint64_t seed, std::uint32_t world, Faults faults);

    /// What one rank knows at the end of a step.
    struct RankStep {
        double loss = 0; ///< mean over its own samples
        double samples = 0;
        std::vector<float> gradient; ///< before the reduction
        std::vector<double> microNorms;
        std::uint64_t dataHash = 0, parameterHash = 0;
        bool evalMode = false;
    };

    /// The next step of all ranks.
    void step();

    [[nodiscard]] const RankStep& rank(std::uint32_t rank) const { return m_ranks[rank]; }
    [[nodiscard]] std::span<const float> meanGradient() const { return m_mean; }
    [[nodiscard]] std::uint64_t bufferHash() const { return m_bufferHash; }
    [[nodiscard]] std::uint64_t reducedHash() const { return m_reducedHash; }
    /// The mean gradient was not finite, and nobody's parameters were updated.
    [[nodiscard]] bool skipped() const { return m_skipped; }

  private:
    /// A rank that keeps parameters of its own; all others share one copy.
    struct Astray {
        std::uint32_t rank;
        std::vector<float> parameters;
    };

    void runRank(std::uint32_t rank);
    void readBatch(std::uint32_t rank, std::size_t micro, std::size_t samples);
    void flipBit(std::vector<float>& gradient) const;
    void reduce();
    void update();
    [[nodiscard]] const std::vector<float>& parametersOf(std::uint32_t rank) const;

    std::uint64_t m_seed, m_step = 0;
    std::uint32_t m_world;
    Faults m_faults;
    Dataset m_data;
    Sampler m_sampler;
    std::vector<float> m_parameters, m_mean;
    std::vector<Astray> m_astray;
    std::vector<RankStep> m_ranks;
    Batch m_batch;
    Matrix m_running; ///< mean of the inputs so far, as a normalisation layer keeps it
    Matrix m_inputSum;
    std::uint64_t m_bufferHash = 0, m_reducedHash = 0;
    bool m_skipped = false;
};

} // namespace rankscope::simulate
