// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace rankscope::link {

/// Tells whether what a rank lost because its ring was full was lost while the recorder could not
/// write: then nothing was acknowledged, and the ring had to fill. The rank cannot know that, and
/// says it only when what lies in front of the loss has been sent, so it is believed to be the
/// pause's until a record comes that was made later.
/// One for each rank; not thread-safe.
class PauseTrace {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// A record came in, made `sinceStart` after the rank's start by the rank's own clock.
    void record(std::chrono::nanoseconds sinceStart, TimePoint now) {
        // The shortest way that a record took gives the start best.
        m_start = m_start ? std::min(*m_start, now - sinceStart) : now - sinceStart;
        if (m_resumed && *m_start + sinceStart > *m_resumed) {
            m_resumed.reset();
        }
    }

    /// The recorder writes again.
    void resumed(TimePoint now) { m_resumed = now; }

    /// A loss that is declared now is that of a pause which is over.
    [[nodiscard]] bool holds() const { return m_resumed.has_value(); }

  private:
    std::optional<TimePoint> m_start, m_resumed;
};

} // namespace rankscope::link
