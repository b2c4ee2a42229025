// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

namespace rankscope::cli {

/// Goes on in a process of its own: nobody's child, in a session without a terminal. The process
/// that was started waits until this one is ready, and ends with success; when this one ends first,
/// so does the other, with its exit code.
class Detached {
  public:
    /// Returns in the new process alone. There may be no other thread yet. Errors: Io.
    [[nodiscard]] static Result<Detached> begin();
    Detached(Detached&& other) noexcept;
    Detached& operator=(Detached&&) = delete;
    Detached(const Detached&) = delete;
    Detached& operator=(const Detached&) = delete;
    ~Detached();

    /// Errors: Unavailable when the process that was started has been ended: nobody knows of this
    /// one. SIGPIPE has to be ignored.
    [[nodiscard]] Result<void> ready();

  private:
    explicit Detached(int word);
    int m_word; ///< pipe to the process that was started
};

} // namespace rankscope::cli
