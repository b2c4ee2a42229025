// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/Collector.h"

#include <chrono>
#include <optional>
#include <string>

namespace rankscope::cli {

/// Tells on stderr how a recording goes: one line that is rewritten on a terminal, and problems
/// (only when they are new, and refusals of either kind not more often than every 10 s) wherever
/// stderr leads.
class RecordStatus {
  public:
    using Clock = std::chrono::steady_clock;

    RecordStatus();
    void update(const link::LinkStatistics& now);
    /// The last word, which stays.
    void finish(const link::LinkStatistics& now, const std::string& file);

  private:
    void say(const std::string& line);
    /// The newest of its kind, and when it was said.
    struct Told {
        std::string text;
        std::optional<Clock::time_point> at;
    };
    /// Whether to say it now, which counts as having said it.
    [[nodiscard]] static bool isDue(Told& told, const std::string& text);
    void tellRefusals(const link::LinkStatistics& now);
    [[nodiscard]] std::string statusLine(const link::LinkStatistics& now, double rate) const;

    bool m_terminal;
    Clock::time_point m_drawn;
    std::uint64_t m_recordsDrawn = 0;
    double m_rate = 0;     ///< records per second
    std::string m_problem; ///< said last
    Told m_refusal, m_notAdmitted;
};

} // namespace rankscope::cli
