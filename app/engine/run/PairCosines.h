// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/frames/Decimation.h"
#include "app/engine/frames/RunFrame.h"
#include "app/engine/session/RunReader.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace rankscope::engine {

/// The cosine of two ranks along the visible steps: one step of each column, the coarsest first, so
/// that the whole stretch is soon there and then gains detail. What was computed is kept.
class PairCosines {
  public:
    explicit PairCosines(const RunReader& reader) : m_reader(reader) {}

    void forget(const std::vector<Step>& amended); ///< ascending
    /// What is to be seen: the columns of `visible`, which are of `steps`.
    void aim(std::pair<RankId, RankId> pair, const Decimation& visible,
             const std::vector<std::uint64_t>& steps);
    void rest(); ///< nothing is
    /// Computes one more column. False when all are there.
    bool work();
    [[nodiscard]] bool complete() const { return m_missing.empty(); }
    /// Why the last work() did nothing though something is missing: nobody answers now.
    [[nodiscard]] const std::optional<Error>& blocked() const { return m_blocked; }

    /// Of the columns that were aimed at.
    [[nodiscard]] PairFrame frame() const;

  private:
    struct Value {
        double cosine = 0, sd = 0; ///< undefined where there is none
    };
    struct Point {
        std::uint64_t step = 0;
        bool broken = false; ///< not joined to the point before it
    };
    const RunReader& m_reader;
    std::pair<RankId, RankId> m_pair;
    std::vector<Point> m_points;          ///< one per column
    std::vector<std::uint64_t> m_missing; ///< the next to compute is the last
    std::map<std::uint64_t, Value> m_known;
    std::optional<Error> m_blocked;
};

} // namespace rankscope::engine
