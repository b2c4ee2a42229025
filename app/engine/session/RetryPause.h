// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <chrono>
#include <optional>
#include <utility>

namespace rankscope::engine {

/// Between two attempts at what could not be read: a recorder that is gone is asked again once a
/// second, not once a frame.
class RetryPause {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds kLength{1};

    void begin(Error why) {
        m_why = std::move(why);
        m_until = Clock::now() + kLength;
    }
    void end() { m_why.reset(); }
    [[nodiscard]] bool holds() const { return m_why && Clock::now() < m_until; }
    /// Of the last attempt; nothing when it went well.
    [[nodiscard]] const std::optional<Error>& why() const { return m_why; }
    /// When to try again, if there is anything to try.
    [[nodiscard]] std::optional<Clock::time_point> until() const {
        return m_why ? std::optional(m_until) : std::nullopt;
    }

  private:
    std::optional<Error> m_why;
    Clock::time_point m_until{};
};

} // namespace rankscope::engine
