// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/Derived.h"
#include "transport/session/Sqlite.h"

#include <map>

namespace rankscope::session {

/// Writes the table `derived`. Private to this folder.
class DerivedTable {
  public:
    /// For the next write; takes the place of what is there under the same kind and number.
    void keep(std::vector<Derived> rows);
    /// Belongs into a transaction; clear() follows when it was committed.
    [[nodiscard]] Result<void> write(Database& database) const;
    void clear() { m_pending.clear(); }
    /// Drops all when it is more than this.
    void forgetBeyond(std::size_t bytes);
    [[nodiscard]] bool isEmpty() const { return m_pending.empty(); }

  private:
    std::map<std::int64_t, Bytes> m_pending; ///< by id
};

} // namespace rankscope::session
