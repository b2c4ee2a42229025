// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <filesystem>

namespace rankscope::session {

/// Makes sure that a session file has one writer: a lock on a file beside it, `<name>-lock`, that
/// goes away with the process however it ends. (A lock on the session file itself is not possible:
/// closing its descriptor would drop the locks that SQLite holds in this process.)
class WriterLock {
  public:
    /// Errors: Busy, naming the process that holds it; Io.
    [[nodiscard]] static Result<WriterLock> take(const std::filesystem::path& session);

    /// Whether somebody writes the session now. Takes nothing, so it never gets in a writer's way.
    [[nodiscard]] static bool isHeld(const std::filesystem::path& session);

    WriterLock(WriterLock&& other) noexcept;
    WriterLock& operator=(WriterLock&&) = delete;
    ~WriterLock(); ///< removes the lock file

  private:
    WriterLock(int descriptor, std::filesystem::path path)
        : m_descriptor(descriptor),
          m_path(std::move(path)) {}

    int m_descriptor;
    std::filesystem::path m_path;
};

} // namespace rankscope::session
