// SPDX-License-Identifier: Apache-2.0
#include "app/cli/OtherProcess.h"

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rankscope::cli {

OtherProcess::OtherProcess(pid_t pid)
    : m_pid(pid),
      m_fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))),
      m_known(m_fd >= 0 || errno != ESRCH) {}

OtherProcess::~OtherProcess() {
    if (m_fd >= 0) {
        close(m_fd);
    }
}

bool OtherProcess::gone() const {
    if (m_fd >= 0) {
        pollfd ended{m_fd, POLLIN, 0};
        return poll(&ended, 1, 0) > 0;
    }
    // Linux before 5.3, or a sandbox that allows no pidfd: a later process may be taken for it.
    return !m_known || (kill(m_pid, 0) != 0 && errno == ESRCH);
}

} // namespace rankscope::cli
