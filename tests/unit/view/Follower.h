// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/view/RemoteRows.h"

#include <chrono>
#include <optional>
#include <thread>

namespace rankscope::test {

/// A viewer that follows a FakeSession, as a run does: news, then everything behind what it has.
class Follower {
  public:
    using Clock = std::chrono::steady_clock;

    explicit Follower(const std::string& endpoint) : m_rows(view::RemoteRows::open(endpoint)) {}

    [[nodiscard]] bool attached() const { return m_rows.has_value(); }

    /// Whether the link was up.
    bool turn() {
        const auto news = (*m_rows)->changed();
        if (!news) {
            m_behind = true;
            return false;
        }
        m_behind = m_behind || *news;
        while (m_behind) {
            auto events = (*m_rows)->events(m_next, 1U << 20U);
            if (!events) {
                return false;
            }
            m_behind = !events->rows.empty();
            for (const session::EventRow& row : events->rows) {
                m_inOrder = m_inOrder && row.first == m_next && row.crc == 77 + row.first;
                m_next = row.first + row.count;
            }
        }
        return true;
    }

    /// Time until the condition holds; nothing when it did not within 30 s.
    template <class Condition>
    std::optional<Clock::duration> until(Condition condition) {
        const auto begun = Clock::now();
        while (Clock::now() - begun < std::chrono::seconds(30)) {
            const bool up = turn();
            if (condition(up)) {
                return Clock::now() - begun;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return {};
    }

    [[nodiscard]] std::int64_t next() const { return m_next; }
    [[nodiscard]] bool inOrder() const { return m_inOrder; } ///< neither gap nor double

  private:
    Result<std::unique_ptr<view::RemoteRows>> m_rows;
    bool m_behind = true;
    bool m_inOrder = true;
    std::int64_t m_next = 0;
};

} // namespace rankscope::test
