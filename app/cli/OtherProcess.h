// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

namespace rankscope::cli {

/// Tells when a process that is not our child has gone. One that went before counts as gone; a
/// later process of the same number is not taken for it.
class OtherProcess {
  public:
    explicit OtherProcess(pid_t pid);
    ~OtherProcess();
    OtherProcess(const OtherProcess&) = delete;
    OtherProcess& operator=(const OtherProcess&) = delete;

    /// Never blocks.
    [[nodiscard]] bool gone() const;

  private:
    pid_t m_pid;
    int m_fd;     ///< a pidfd; negative: there was no such process, or the kernel has none
    bool m_known; ///< it was there at the start
};

} // namespace rankscope::cli
