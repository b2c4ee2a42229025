// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <cstddef>
#include <sys/resource.h>

namespace rankscope::support {

/// No file of this process may grow beyond `bytes` while this lives: a full disk for SQLite.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(std::size_t bytes) : m_handler(signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &m_before);
        struct rlimit limit = m_before;
        limit.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &m_before);
        signal(SIGXFSZ, m_handler);
    }

  private:
    struct rlimit m_before {};
    void (*m_handler)(int);
};

} // namespace rankscope::support
