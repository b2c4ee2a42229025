// SPDX-License-Identifier: Apache-2.0
#include "transport/session/SketchTable.h"

#include "transport/session/Schema.h"

#include <algorithm>
#include <limits>

namespace rankscope::session {
namespace {

/// A sweep visits so many rows for each one that is written. Behind a doubling there are stride x
/// 3/4 budgets of rows to visit while the table may grow by 1/8 of a budget, at 1/stride of what is
/// written: 6 would do.
constexpr std::int64_t kVisitsPerRow = 8;
/// And drops at most so many bytes for each one that is written. Half of what it visits goes, so it
/// gains on the writer by as much as that writes.
constexpr std::int64_t kDroppedPerWritten = 2;
constexpr std::int64_t kMostStride = std::int64_t(1) << 40;
/// What SQLite needs of a page and a row for itself, about.
constexpr std::int64_t kRowOverhead = 30;

} // namespace

/// Old rows, looked at and emptied without reading their sketches.
class SketchTable::Rows {
  public:
    struct Head {
        std::int64_t step, bytes;
    };

    [[nodiscard]] static Result<Rows> open(const Database& database) {
        Result<Statement> look =
            database.prepare("SELECT step, length(data) FROM sketches WHERE id = ?");
        // Not an update: that would leave the row's page to it, however little it needs of it.
        Result<Statement> remove = database.prepare("DELETE FROM sketches WHERE id = ?1");
        Result<Statement> insert = database.prepare(
            "INSERT INTO sketches(id, step, count, data, crc) VALUES(?1, ?2, 0, x'', ?3)");
        for (const auto* statement : {&look, &remove, &insert}) {
            if (!*statement) {
                return tl::unexpected(statement->error());
            }
        }
        return Rows(std::move(*look), std::move(*remove), std::move(*insert));
    }

    /// Nothing when the row is lost.
    [[nodiscard]] Result<std::optional<Head>> head(std::int64_t id) {
        m_look.bind(1, id);
        const Rewind rewind(m_look);
        return m_look.step().map([this](bool found) {
            return found ? std::optional(Head{m_look.integer(0), m_look.integer(1)}) : std::nullopt;
        });
    }

    [[nodiscard]] Result<void> empty(std::int64_t id, std::int64_t step) {
        m_remove.bind(1, id);
        m_insert.bind(1, id);
        m_insert.bind(2, step);
        m_insert.bind(3, RowCrc("sketches").integers({id, step, 0}).value());
        return m_remove.run().and_then([this] { return m_insert.run(); });
    }

  private:
    Rows(Statement look, Statement remove, Statement insert)
        : m_look(std::move(look)),
          m_remove(std::move(remove)),
          m_insert(std::move(insert)) {}

    Statement m_look, m_remove, m_insert;
};

Result<SketchTable> SketchTable::open(Database& database, std::int64_t rows,
                                      std::uint64_t budgetBytes) {
    const Result<std::int64_t> page = database.integer("PRAGMA page_size");
    if (!page) {
        return tl::unexpected(page.error());
    }
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    SketchTable table(static_cast<std::int64_t>(std::min(budgetBytes, kMost)), *page);
    table.m_stored.rows = rows;
    Result<void> restored = table.restore(database);
    if (!restored && restored.error().code != ErrorCode::Damaged) {
        return tl::unexpected(restored.error());
    }
    table.m_thins = restored.has_value(); // what is broken is no reason not to record
    return table;
}

Result<void> SketchTable::restore(const Database& database) {
    const Result<std::optional<Retention>> known = readRetention(database);
    if (!known) {
        return tl::unexpected(known.error());
    }
    if (*known) {
        const Retention& row = **known;
        m_stored = {m_stored.rows, row.stride, row.swept, row.until, row.front, row.kept, row.rest};
        return {};
    }
    return bytesOfAll(database).map([this](std::int64_t bytes) { m_stored.rest = bytes; });
}

/// Of a file from before there was a budget.
Result<std::int64_t> SketchTable::bytesOfAll(const Database& database) const {
    Result<Statement> query = database.prepare("SELECT length(data) FROM sketches");
    if (!query) {
        return tl::unexpected(query.error());
    }
    for (std::int64_t bytes = 0;;) {
        const Result<bool> row = query->step();
        if (!row) {
            return tl::unexpected(row.error());
        }
        if (!*row) {
            return bytes;
        }
        bytes += footprint(query->integer(0));
    }
}

/// What a row takes of the file: pages hold whole rows, and a row that does not fit into one has
/// pages of its own.
std::int64_t SketchTable::footprint(std::int64_t dataBytes) const {
    const std::int64_t row = dataBytes + kRowOverhead;
    return row < m_page ? m_page / (m_page / row) : (row + m_page - 1) / m_page * m_page;
}

Result<void> SketchTable::insert(Database& database, std::int64_t step, const Chunk& chunk) {
    Result<Statement> insert =
        database.prepare("INSERT INTO sketches(id, step, count, data, crc) VALUES(?, ?, ?, ?, ?)");
    if (!insert) {
        return tl::unexpected(insert.error());
    }
    const std::int64_t id = ++m_next.rows;
    insert->bind(1, id);
    insert->bind(2, step);
    insert->bind(3, chunk.count);
    insert->bind(4, chunk.data);
    insert->bind(5, RowCrc("sketches").integers({id, step, chunk.count}).blob(chunk.data).value());
    m_next.rest += footprint(static_cast<std::int64_t>(chunk.data.size()));
    return insert->run();
}

Result<void> SketchTable::write(Database& database,
                                const std::map<std::int64_t, std::vector<Chunk>>& chunks) {
    if (chunks.empty()) {
        return {};
    }
    for (const auto& [step, ofStep] : chunks) {
        for (const Chunk& chunk : ofStep) {
            if (Result<void> done = insert(database, step, chunk); !done) {
                return done;
            }
        }
    }
    if (!m_thins) {
        return {};
    }
    const Allowance allowance{kVisitsPerRow * (m_next.rows - m_stored.rows),
                              kDroppedPerWritten * (m_next.rest - m_stored.rest)};
    return thin(database, allowance).and_then([&] { return saveState(database); });
}

Result<void> SketchTable::thin(Database& database, Allowance allowance) {
    const std::int64_t newest = m_budget / 4;
    const bool done = m_next.swept >= m_next.until && m_next.rest <= newest + allowance.bytes;
    const bool crowded = m_next.kept + m_next.rest > m_budget - m_budget / 8;
    if (crowded && (done || m_next.stride == 1) && m_next.stride < kMostStride) {
        m_next.stride *= 2;
        m_next.swept = 1;
        m_next.until = m_next.front;
    }
    if (m_next.stride == 1) {
        return {};
    }
    Result<Rows> old = Rows::open(database);
    if (!old) {
        return tl::unexpected(old.error());
    }
    const auto visit = [&](std::int64_t id) {
        return thinOne(*old, id).map([&](const Visited& row) {
            --allowance.visits;
            allowance.bytes -= row.dropped;
            return row;
        });
    };
    while (m_next.rest > newest && m_next.front <= m_next.rows && allowance.any()) {
        const Result<Visited> row = visit(m_next.front);
        if (!row) {
            return tl::unexpected(row.error());
        }
        m_next.rest -= row->dropped + row->left;
        m_next.kept += row->left;
        ++m_next.front;
    }
    while (m_next.swept < m_next.until && allowance.any()) {
        const Result<Visited> row = visit(m_next.swept);
        if (!row) {
            return tl::unexpected(row.error());
        }
        m_next.kept -= row->dropped;
        ++m_next.swept;
    }
    return {};
}

/// Drops the sketches of a row whose step is not among those that are kept.
Result<SketchTable::Visited> SketchTable::thinOne(Rows& rows, std::int64_t id) const {
    const Result<std::optional<Rows::Head>> row = rows.head(id);
    if (!row && row.error().code != ErrorCode::Damaged) {
        return tl::unexpected(row.error());
    }
    if (!row || !*row) {
        return Visited{}; // lost with a damaged page
    }
    const std::int64_t bytes = footprint((*row)->bytes);
    if ((*row)->step % m_next.stride == 0 || (*row)->bytes == 0) {
        return Visited{0, bytes};
    }
    return rows.empty(id, (*row)->step).map([bytes] { return Visited{bytes, 0}; });
}

Result<void> SketchTable::saveState(Database& database) const {
    return writeRetention(database, {m_next.stride, m_next.swept, m_next.until, m_next.front,
                                     m_next.kept, m_next.rest});
}

} // namespace rankscope::session
