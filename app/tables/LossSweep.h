// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/RunTable.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rankscope::tables {

/// Counts lost records along ascending steps, so that a table of rows can say between which of them
/// something is missing. A gap may span more steps than there are rows: the cost is per row and
/// gap.
class LossSweep {
  public:
    /// `from`: losses at lower steps are passed over.
    explicit LossSweep(std::vector<analysis::LostSteps> lost, std::uint64_t from = 0);

    /// Records lost behind the step of the last call, up to and with this one.
    [[nodiscard]] std::uint64_t upTo(std::uint64_t step);

  private:
    std::vector<analysis::LostSteps> m_lost; ///< ascending first
    std::vector<analysis::LostSteps> m_open; ///< of them, begun and not passed
    std::size_t m_next = 0;
    std::uint64_t m_from; ///< lowest step not counted yet
};

} // namespace rankscope::tables
