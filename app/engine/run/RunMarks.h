// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/RunTable.h"
#include "app/engine/frames/RunFrame.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rankscope::engine {

/// Where a run was interrupted: steps that were lost, restarts, and where lines may therefore not
/// be drawn on.
class RunMarks {
  public:
    /// Computes them anew when the table has changed since. `steps` of the table, ascending.
    void update(const analysis::RunTable& table, const std::vector<std::uint64_t>& steps);

    /// Up to and with step `end`.
    [[nodiscard]] std::vector<GapSpan> gapsUpTo(double end) const;
    [[nodiscard]] std::vector<Restart> restartsUpTo(double end) const;
    /// From the first to the last step that came or is known to be lost; while there are steps.
    [[nodiscard]] std::pair<double, double> span() const { return m_span; }
    /// Records that were lost behind the last step that came.
    [[nodiscard]] std::uint64_t lostBehind() const { return m_lostBehind; }
    /// Lines break between a step before each of these and one at or behind it: restarts, and steps
    /// lost for all ranks. (What one rank lost is a hole in that rank's line already.) Ascending.
    [[nodiscard]] const std::vector<double>& breaks() const { return m_breaks; }
    /// Places in `steps` at which a launch other than the first begins, ascending.
    [[nodiscard]] const std::vector<std::size_t>& starts() const { return m_starts; }

    /// Why records were lost, whichever steps they were of.
    [[nodiscard]] const std::vector<std::string>& lostCauses() const { return m_lostCauses; }

  private:
    void addRestarts(const std::vector<analysis::Launch>& launches,
                     const std::vector<std::uint64_t>& steps);

    std::uint64_t m_records = 0, m_lost = 0, m_lostBehind = 0;
    std::size_t m_steps = 0;
    std::pair<double, double> m_span;
    std::vector<std::string> m_lostCauses;
    std::vector<GapSpan> m_gaps;
    std::vector<Restart> m_restarts;
    std::vector<double> m_breaks;
    std::vector<std::size_t> m_starts;
};

} // namespace rankscope::engine
