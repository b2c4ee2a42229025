// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "transport/wire/Messages.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <unordered_map>

namespace rankscope::engine {

/// When a run was last heard of and how fast it steps. Uses the reader's own steady clock and the
/// ranks' monotonic times, never a wall clock (but for how old the history is that
/// a reader finds, see SessionHead::idleMs); changes no value, only what is said of the run.
class RunPulse {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds kDead{15}; ///< a rank that is silent for longer

    void hear(std::span<const wire::Event> events, Clock::time_point now);
    /// All that was heard up to now had come by then: history, read just now.
    void heardBy(Clock::time_point then);

    [[nodiscard]] bool isLive(RankId rank, Clock::time_point now) const;
    [[nodiscard]] double secondsSinceRecord(Clock::time_point now) const; ///< 0 before the first
    /// Of the last 64 steps of any ranks; 0 while unknown.
    [[nodiscard]] double medianStepSeconds() const;
    /// Silent for longer than max(10 s, 5 median steps), but 120 s at most.
    [[nodiscard]] bool isStale(Clock::time_point now) const;

  private:
    struct Last {
        Step step;
        std::uint64_t timeNs = 0;
    };
    void pace(const wire::StepRecord& record);

    std::unordered_map<RankId, Clock::time_point> m_heard;
    std::unordered_map<IncarnationId, Last> m_last;
    std::optional<Clock::time_point> m_record;
    std::array<double, 64> m_durations{};
    std::size_t m_count = 0; ///< durations seen in all
};

} // namespace rankscope::engine
