// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/SendLoop.h"

#include <algorithm>
#include <exception>

namespace rankscope::emitter {

namespace {

constexpr int kBusyMs = 1, kIdleMs = 10;

} // namespace

SendLoop::SendLoop(Channel& channel, link::Dealer& dealer, const wire::Hello& hello,
                   std::chrono::milliseconds linger)
    : m_channel(channel),
      m_delivery(channel, dealer, hello),
      m_linger(linger),
      m_pauseMs(kBusyMs) {}

bool SendLoop::work(Clock::time_point now, bool rankDied) {
    const bool moved = m_delivery.turn(now);
    const auto asked = m_channel.endBy();
    if (!asked && !rankDied) {
        m_pauseMs = moved ? kBusyMs : std::min(m_pauseMs + 1, kIdleMs);
        return true;
    }
    m_pauseMs = kBusyMs;
    if (!m_until) {
        m_until = (rankDied ? now : *asked) + m_linger;
    }
    if (asked ? m_delivery.finished() : m_delivery.delivered()) {
        return false;
    }
    if (now < *m_until) {
        return true;
    }
    if (asked) {
        m_delivery.leave();
    }
    return false;
}

bool SendLoop::turn(bool rankDied) noexcept {
    try {
        return work(Clock::now(), rankDied);
    } catch (const std::exception&) {
        m_pauseMs = kIdleMs; // out of memory: what was to be sent is still in the ring
        return true;
    }
}

} // namespace rankscope::emitter
