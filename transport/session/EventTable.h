// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/PendingChunks.h"
#include "transport/session/Sqlite.h"

namespace rankscope::session {

/// Writes the table `events`. A recorder commits often, and a commit may hold a handful of
/// messages: a row for each would make a long run slow to open. So every so many small rows become
/// one, which takes the place of the first of them.
/// All calls but settle() belong into a transaction; settle() follows when it was committed.
class EventTable {
  public:
    explicit EventTable(std::int64_t messages) { m_stored.messages = messages; }

    [[nodiscard]] Result<void> write(Database& database, const std::vector<Chunk>& chunks);
    /// Makes one row of the small ones that are left.
    [[nodiscard]] Result<void> mergeRest(Database& database);

    /// Messages in the table once the transaction is committed.
    [[nodiscard]] std::int64_t messages() const { return m_next.messages; }
    /// Messages in the file.
    [[nodiscard]] std::int64_t stored() const { return m_stored.messages; }
    /// There is something for mergeRest() to do.
    [[nodiscard]] bool hasRest() const { return m_stored.rows > 1; }

    void begin() { m_next = m_stored; }
    void settle() { m_stored = m_next; }

  private:
    /// The table's end: `rows` small rows from `first` on, whose content is `merged`.
    struct End {
        std::int64_t messages = 0;
        std::int64_t first = 0;
        int rows = 0;
        Chunk merged;
    };

    [[nodiscard]] Result<void> merge(Database& database);

    End m_stored; ///< as in the file
    End m_next;   ///< as it will be
};

} // namespace rankscope::session
