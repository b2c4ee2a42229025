// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

namespace rankscope::sender {

/// The training process that this one works for.
class Rank {
  public:
    explicit Rank(int pidfd);

    /// Whether it has ended, or become another program (exec): that one knows nothing of us.
    [[nodiscard]] bool isGone() const;

  private:
    /// What tells one program of a process from the next: where its stack begins. 0: not to be
    /// had.
    [[nodiscard]] unsigned long long program() const;

    int m_pidfd;
    std::string m_stat; ///< its file in /proc
    unsigned long long m_program;
};

} // namespace rankscope::sender
