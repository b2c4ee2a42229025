// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/frames/RunFrame.h"

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

    struct Entry { ///< of consecutive steps
        RankId rank;
        std::uint64_t first = 0, last = 0;
        bool gradient = false;
    };
    [[nodiscard]] std::vector<Entry> entries() const; ///< ascending rank, then step
    void append(const Entry& entry);                  ///< behind all that is known of its rank

  private:
    struct Stretch { ///< of consecutive steps: once the weights are NaN, every step is
        std::uint64_t first = 0, last = 0;
        bool gradient = false;
    };
    static void set(std::vector<Stretch>& stretches, std::uint64_t step, bool gradient);
    static void erase(std::vector<Stretch>& stretches, std::uint64_t step);

    std::map<RankId, std::vector<Stretch>> m_ranks; ///< ascending, apart
};

} // namespace rankscope::engine
