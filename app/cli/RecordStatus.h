// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/Collector.h"

#include <chrono>
#include <optional>
#include <string>

namespace rankscope::cli {

/// Tells on stderr how a recording goes: one line that is rewritten on a terminal, and problems
/// (only when they are new, and refusals not more often than every 10 s) wherever stderr leads.
class RecordStatus {
  public:
    using Clock = std::chrono::steady_clock;

    RecordStatus();
    void update(const link::LinkStatistics& now);
    /// The last word, which stays.
    void finish(const link::LinkStatistics& now, const std::string& file);

  private:
    void say(const std::string& line);
    void tellRefusal(const link::LinkStatistics& now);
    [[nodiscard]] std::string statusLine(const link::LinkStatistics& now, double rate) const;

    bool m_terminal;
    Clock::time_point m_drawn;
    std::uint64_t m_recordsDrawn = 0;
    double m_rate = 0;                ///< records per second
    std::string m_problem, m_refusal; ///< said last
    std::optional<Clock::time_point> m_refusalTold;
};

} // namespace rankscope::cli
