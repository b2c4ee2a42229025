// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/Bytes.h"
#include "transport/wire/Types.h"

#include <cstdint>
#include <map>
#include <optional>

namespace rankscope::analysis {

/// Which records of one incarnation came, and the step of each. Consecutive records of consecutive
/// steps are one run, so an undisturbed stream takes one entry however long it is.
class SeqRuns {
  public:
    /// False when `seq` is here already.
    bool add(Seq seq, Step step);

    [[nodiscard]] std::uint64_t count() const { return m_count; }

    void put(BytesOut& out) const;
    [[nodiscard]] bool take(BytesIn& in); ///< false: these are none

    /// Steps of the nearest records before and behind a position.
    [[nodiscard]] std::optional<Step> stepBefore(Seq seq) const;
    [[nodiscard]] std::optional<Step> stepAfter(Seq seq) const;

  private:
    struct Run {
        std::uint64_t last = 0;      ///< highest seq
        std::uint64_t firstStep = 0; ///< step of the lowest; the others follow one by one
    };
    std::map<std::uint64_t, Run> m_runs; ///< by lowest seq
    std::uint64_t m_count = 0;
};

} // namespace rankscope::analysis
