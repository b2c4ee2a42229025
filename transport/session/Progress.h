// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionWriter.h"
#include "transport/session/Sqlite.h"

namespace rankscope::session {

/// Writes the tables `hellos` and `progress`. Private to this folder.
class ProgressTable {
  public:
    [[nodiscard]] static Result<ProgressTable> open(Database& database);

    [[nodiscard]] Result<void> write(const wire::Hello& hello);
    /// Of `progress.hello` only the incarnation is used.
    [[nodiscard]] Result<void> write(const Progress& progress);

  private:
    ProgressTable(Statement hello, Statement progress)
        : m_hello(std::move(hello)),
          m_progress(std::move(progress)) {}

    Statement m_hello, m_progress;
};

/// Every incarnation of the file. Errors: Damaged when a checksum does not hold.
[[nodiscard]] Result<std::vector<Progress>> readProgress(const Database& database);

} // namespace rankscope::session
