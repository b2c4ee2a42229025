// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMetrics.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace rankscope::engine {

/// Mean over the upper triangles of several steps' matrices: each pair's over the steps that define
/// it. Standard deviations add up as those of independent errors, because every step of a launch
/// has a seed of its own; where a seed comes twice they are averaged, as if errors were equal. What
/// half precision costs is never averaged out.
class CosineSum {
  public:
    /// One step's matrix without its mirror image; no ranks when it is not known.
    struct Part {
        std::vector<RankId> ranks;
        std::vector<double> cosine; ///< pairs i < j, row by row
        std::vector<double> sd;
        std::vector<std::uint64_t> seeds;
        bool exact = false;
        [[nodiscard]] std::size_t bytes() const {
            return sizeof(*this) + cosine.size() * 2 * sizeof(double) +
                   ranks.size() * sizeof(RankId);
        }
    };
    [[nodiscard]] static Part partOf(const analysis::CosineMatrix& matrix);

    /// Starts over, for the pairs of these ranks.
    void clear(std::vector<RankId> ranks);
    void add(const Part& part) { addTimes(part, 1); }
    void remove(const Part& part) { addTimes(part, -1); } ///< which was added
    [[nodiscard]] const std::vector<RankId>& ranks() const { return m_ranks; }
    /// Source None when no pair has a cosine.
    [[nodiscard]] analysis::CosineMatrix mean(Step newest, std::size_t steps) const;

  private:
    struct Pair {
        double cosine = 0, variance = 0, sd = 0, fixed = 0;
        std::int64_t count = 0;
    };
    void addTimes(const Part& part, int times);
    void addPair(Pair& pair, double cosine, double sd, int times);

    std::vector<RankId> m_ranks;
    std::vector<Pair> m_pairs;
    std::map<std::uint64_t, std::int64_t> m_seeds; ///< how often each
    std::int64_t m_repeated = 0;                   ///< seeds that come more than once
    std::int64_t m_estimates = 0;                  ///< parts that are not exact
};

} // namespace rankscope::engine
