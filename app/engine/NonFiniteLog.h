// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/RunFrame.h"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace rankscope::engine {

/// Which rank measured NaN or Inf, and when: the exact fact that no mean over ranks can give.
class NonFiniteLog {
  public:
    /// What the ranks reported at a step, in place of what they reported there before.
    void enter(std::uint64_t step, std::span<const analysis::RankMetrics> ranks);

    /// Up to and with step `end`; ascending first step, then rank.
    [[nodiscard]] std::vector<NonFiniteRank> upTo(double end) const;

  private:
    struct Entry {
        std::uint64_t step = 0;
        bool gradient = false;
    };
    void set(RankId rank, Entry entry);
    static void erase(std::vector<Entry>& entries, std::uint64_t step);

    std::map<RankId, std::vector<Entry>> m_ranks; ///< entries ascend by step
};

} // namespace rankscope::engine
