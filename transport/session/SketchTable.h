// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/PendingChunks.h"
#include "transport/session/Sqlite.h"

#include <cstdint>
#include <map>

namespace rankscope::session {

/// Writes the table `sketches` and keeps it within a budget of bytes.
///
/// When the budget is nearly used up a stride doubles: of the steps older than the newest quarter
/// of the budget only every stride-th keeps its sketches. A row whose sketches are dropped stays,
/// empty, so that a row that is lost is still noticed. Two sweeps go through the rows in the order
/// of their ids, each a bounded number of rows per commit, so that a commit never costs more than a
/// few times what it writes: one behind the newest quarter, and after the stride has doubled one
/// through everything older. Private to this folder. write() belongs into a transaction; settle()
/// follows when it was committed.
class SketchTable {
  public:
    /// `rows`: how many the file has.
    [[nodiscard]] static Result<SketchTable> open(Database& database, std::int64_t rows,
                                                  std::uint64_t budgetBytes);

    [[nodiscard]] Result<void> write(Database& database,
                                     const std::map<std::int64_t, std::vector<Chunk>>& chunks);

    /// Rows in the table once the transaction is committed.
    [[nodiscard]] std::int64_t rows() const { return m_next.rows; }

    void begin() { m_next = m_stored; }
    void settle() { m_stored = m_next; }

  private:
    /// Rows 1 <= id < front have been thinned, front <= id <= rows not yet; after a doubling those
    /// of swept <= id < until may still have sketches that go.
    struct State {
        std::int64_t rows = 0;
        std::int64_t stride = 1, swept = 1, until = 1, front = 1;
        std::int64_t kept = 0, rest = 0; ///< bytes of the rows before `front`, and of the others
    };
    /// What one commit may do; counts down.
    struct Allowance {
        std::int64_t visits = 0, bytes = 0;
        [[nodiscard]] bool any() const { return visits > 0 && bytes > 0; }
    };
    struct Visited {
        std::int64_t dropped = 0, left = 0; ///< bytes
    };
    class Rows;

    SketchTable(std::int64_t budgetBytes, std::int64_t pageBytes)
        : m_budget(budgetBytes),
          m_page(pageBytes) {}

    [[nodiscard]] Result<void> restore(const Database& database);
    [[nodiscard]] Result<std::int64_t> bytesOfAll(const Database& database) const;
    [[nodiscard]] Result<void> insert(Database& database, std::int64_t step, const Chunk& chunk);
    [[nodiscard]] Result<void> thin(Database& database, Allowance allowance);
    [[nodiscard]] Result<Visited> thinOne(Rows& rows, std::int64_t id) const;
    [[nodiscard]] Result<void> saveState(Database& database) const;
    [[nodiscard]] std::int64_t footprint(std::int64_t dataBytes) const;

    std::int64_t m_budget, m_page;
    bool m_thins = true; ///< false when it is not known what the file has
    State m_stored;      ///< as in the file
    State m_next;        ///< as it will be
};

} // namespace rankscope::session
