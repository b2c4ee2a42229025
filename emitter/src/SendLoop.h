// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/src/Delivery.h"

#include <chrono>
#include <optional>

namespace rankscope::emitter {

/// A sender's work from its first turn to its last, whether it is a thread or a process. Looks into
/// the ring every millisecond (every 10 ms while nothing happens) instead of being woken: waking
/// would cost the rank's thread a system call.
class SendLoop {
  public:
    /// `linger`: how long delivering may go on behind the time that the rank has for it.
    SendLoop(Channel& channel, link::Dealer& dealer, const wire::Hello& hello,
             std::chrono::milliseconds linger);

    /// One turn. `rankDied`: without a word, so that there is no bye to be said. False when the
    /// work is done or has taken too long. Never throws, never waits.
    [[nodiscard]] bool turn(bool rankDied) noexcept;
    /// How long to wait for the next one, at most.
    [[nodiscard]] int pauseMs() const noexcept { return m_pauseMs; }

  private:
    bool work(Clock::time_point now, bool rankDied);

    Channel& m_channel;
    Delivery m_delivery;
    const std::chrono::milliseconds m_linger;
    std::optional<Clock::time_point> m_until;
    int m_pauseMs;
};

} // namespace rankscope::emitter
