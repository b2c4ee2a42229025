// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace rankscope::support {

/// Receives the frames of a Run or a Comparison, and waits for the one that a test is after.
template <class Frame>
class Screen {
  public:
    using Shown = std::shared_ptr<const Frame>;

    std::function<void(Shown)> publish() {
        return [this](Shown frame) {
            const std::lock_guard lock(m_mutex);
            m_ordered = m_ordered && (!m_frame || m_frame->serial < frame->serial);
            m_frame = std::move(frame);
            ++m_count;
            m_changed.notify_all();
        };
    }

    /// Null when none comes in 20 s.
    template <class Wanted>
    Shown waitFor(Wanted wanted) {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, std::chrono::seconds(20),
                           [&] { return m_frame && wanted(*m_frame); });
        return m_frame && wanted(*m_frame) ? m_frame : nullptr;
    }

    int count() {
        const std::lock_guard lock(m_mutex);
        return m_count;
    }
    bool ordered() {
        const std::lock_guard lock(m_mutex);
        return m_ordered;
    }

  private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    Shown m_frame;
    int m_count = 0;
    bool m_ordered = true;
};

} // namespace rankscope::support
