// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Types.h"

#include <cstdint>
#include <map>

namespace rankscope::analysis {

/// A set of steps, as stretches; ends are inclusive.
class StepRanges {
  public:
    void add(Step first, Step last);
    void remove(Step first, Step last);
    [[nodiscard]] bool contains(Step step) const { return touches(step, step); }
    [[nodiscard]] bool touches(Step first, Step last) const; ///< contains any of these
    [[nodiscard]] bool empty() const { return m_ranges.empty(); }
    [[nodiscard]] Step last() const { return Step{m_ranges.rbegin()->second}; } ///< not when empty

  private:
    std::map<std::uint64_t, std::uint64_t> m_ranges; ///< last by first; apart, and not adjacent
};

} // namespace rankscope::analysis
