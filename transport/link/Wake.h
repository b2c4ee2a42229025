// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

namespace rankscope::link {

/// Wakes a thread out of Router::wait(). Any thread may signal.
class Wake {
  public:
    Wake() : m_fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    ~Wake() {
        if (m_fd >= 0) {
            close(m_fd);
        }
    }
    Wake(const Wake&) = delete;
    Wake& operator=(const Wake&) = delete;

    [[nodiscard]] int fd() const { return m_fd; } ///< negative when no descriptor was left
    void signal() const { static_cast<void>(eventfd_write(m_fd, 1)); }
    void clear() const {
        eventfd_t count = 0;
        static_cast<void>(eventfd_read(m_fd, &count));
    }

  private:
    int m_fd;
};

} // namespace rankscope::link
