// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/session/RunReader.h"

#include <bit>
#include <cstdint>
#include <map>

namespace rankscope::test {

/// FNV-1a over the bits of values: two NaNs of different payloads are two values.
class StateHash {
  public:
    void add(std::uint64_t value) {
        for (int i = 0; i < 8; ++i) {
            m_hash = (m_hash ^ (value >> (8 * i) & 0xffU)) * 0x100000001b3ULL;
        }
    }
    void add(double value) { add(std::bit_cast<std::uint64_t>(value)); }
    void add(const std::optional<std::uint64_t>& value) {
        add(std::uint64_t{value.has_value()});
        add(value.value_or(0));
    }
    void add(const std::vector<double>& values) {
        for (const double value : values) {
            add(value);
        }
    }
    [[nodiscard]] std::uint64_t value() const { return m_hash; }

  private:
    std::uint64_t m_hash = 0xcbf29ce484222325ULL;
};

/// All that a reader knows and computes of a step: every rank's last attempt, the metrics, and the
/// cosines between the workers.
inline std::uint64_t stateOf(const engine::RunReader& run, Step step) {
    StateHash hash;
    if (const auto row = run.table().row(step)) {
        hash.add(std::uint64_t{row->generation});
        hash.add(std::uint64_t{row->world});
        for (const analysis::RankSample& sample : row->samples) {
            hash.add(std::uint64_t{sample.rank.value()});
            hash.add(sample.incarnation.value());
            hash.add(sample.seq.value());
            hash.add(std::uint64_t{sample.flags});
            for (const double value :
                 {sample.loss, sample.weight, sample.gradSq, sample.meanSq, sample.dot}) {
                hash.add(value);
            }
            hash.add(sample.nonFinite);
            hash.add(sample.groupLoo);
        }
    }
    const analysis::StepMetrics metrics = run.measures(step).step;
    hash.add(std::uint64_t{metrics.workers});
    for (const double value :
         {metrics.lossMean, metrics.lossStd, metrics.lossMin, metrics.lossMax, metrics.gradNormMean,
          metrics.gradNormStd, metrics.meanGradNorm, metrics.cosineMean, metrics.cosineSd,
          metrics.diversity, metrics.noiseTau, metrics.signalSq}) {
        hash.add(value);
    }
    hash.add(metrics.nonFinite);
    if (const auto cosines = run.cosines(step)) {
        hash.add(cosines->cosine);
        hash.add(cosines->sd);
    }
    return hash.value();
}

/// Of every step that the run has.
inline std::map<std::uint64_t, std::uint64_t> statesOf(const engine::RunReader& run) {
    std::map<std::uint64_t, std::uint64_t> states;
    const auto first = run.table().firstStep(), last = run.table().lastStep();
    for (std::uint64_t step = first ? first->value() : 1; step <= (last ? last->value() : 0);
         ++step) {
        states[step] = stateOf(run, Step{step});
    }
    return states;
}

} // namespace rankscope::test
