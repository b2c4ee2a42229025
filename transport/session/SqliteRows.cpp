// SPDX-License-Identifier: Apache-2.0
#include "transport/session/SqliteRows.h"

#include "transport/session/ReadAccess.h"
#include "transport/session/RowDecode.h"
#include "transport/session/WriterLock.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <system_error>

namespace rankscope::session {
namespace {

// From the chunk on that holds message ?1: its number may be lower.
constexpr std::string_view kEventsFrom =
    "SELECT first, first_step, last_step, count, data, crc FROM events WHERE first >= "
    "coalesce((SELECT max(first) FROM events WHERE first <= ?1), ?1) ORDER BY first";
constexpr std::string_view kOneChunk =
    "SELECT first, first_step, last_step, count, data, crc FROM events WHERE first = ?1";
// Numbers only, so that the index or at least the rows' heads are all that is read.
constexpr std::string_view kChunksOfSteps =
    " WHERE last_step >= ?1 AND first_step < ?2 AND first >= "
    "coalesce((SELECT max(first) FROM events WHERE first <= ?3), ?3) ORDER BY first";
constexpr std::string_view kSketches =
    "SELECT id, step, count, data, crc FROM sketches WHERE step = ?1 AND id > ?2 ORDER BY id";
constexpr std::string_view kDerived =
    "SELECT id, data, crc FROM derived WHERE id >= ?1 AND id < ?2 ORDER BY id";

std::uint64_t sizeOf(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return error ? 0 : size;
}

/// From the times of the files, by the clock that made them.
std::optional<std::uint64_t> idleMsOf(const std::filesystem::path& file) {
    using std::filesystem::file_time_type;
    std::optional<file_time_type> newest;
    for (const std::filesystem::path& part :
         {file, std::filesystem::path(file.string() + "-wal")}) {
        std::error_code error;
        const auto time = std::filesystem::last_write_time(part, error);
        if (!error && (!newest || time > *newest)) {
            newest = time;
        }
    }
    if (!newest) {
        return std::nullopt;
    }
    const auto idle = std::max(file_time_type::clock::now() - *newest, file_time_type::duration(0));
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(idle).count();
    return std::min(static_cast<std::uint64_t>(ms), SessionHead::kMostIdleMs);
}

/// A column's form of a step; none lies behind the largest.
std::int64_t columnOf(Step step) {
    return static_cast<std::int64_t>(
        std::min<std::uint64_t>(step.value(), static_cast<std::uint64_t>(kMostMessages)));
}

/// Puts rows behind each other until they have `maxBytes`, but at least one.
class Room {
  public:
    explicit Room(std::size_t maxBytes) : m_maxBytes(maxBytes) {}

    [[nodiscard]] bool has(std::size_t bytes) const {
        return m_bytes == 0 || m_bytes + bytes <= m_maxBytes;
    }
    void take(std::size_t bytes) { m_bytes += bytes; }

  private:
    std::size_t m_maxBytes;
    std::size_t m_bytes = 0;
};

/// Rows as they come, but for those whose number cannot be right: rows ascend, so one that is
/// higher than the next has a damaged number, and so has one that is lower than those before it. It
/// is left out, and the hole is seen by whoever reads.
class Ascending {
  public:
    explicit Ascending(std::vector<EventRow>& out) : m_out(out) {}

    /// False when the row can't be in its place.
    bool expects(std::int64_t first) {
        if (first <= m_last || first > kMostMessages) {
            ++m_strays;
            return false;
        }
        if (m_held && m_held->first < first) {
            flush();
        }
        m_held.reset();
        return true;
    }
    /// Broken pages may lead back for ever.
    [[nodiscard]] bool isLost() const { return m_strays > kMostStrays; }
    void hold(EventRow row) { m_held = std::move(row); }
    void flush() {
        if (m_held) {
            m_last = m_held->first;
            m_out.push_back(std::move(*m_held));
            m_held.reset();
        }
    }

  private:
    static constexpr int kMostStrays = 16;
    std::vector<EventRow>& m_out;
    std::optional<EventRow> m_held; ///< not believed before the row behind it is known
    std::int64_t m_last = -1;
    int m_strays = 0;
};

/// Behind the last message of these chunks, as far as they can be believed.
std::int64_t endOf(const std::vector<EventRow>& rows, std::int64_t from) {
    if (rows.empty()) {
        return from;
    }
    return rows.back().first + (isCount(rows.back().count) ? rows.back().count : 1);
}

} // namespace

struct SqliteRows::Statements {
    Statement eventsFrom, oneChunk, sketches;
    std::optional<Statement> derived; ///< files of version 1 have none
    /// By the index, when there is one; else by looking at every row. An index may be damaged where
    /// the rows are not.
    std::optional<Statement> indexedSteps;
    Statement scannedSteps;
};

SqliteRows::SqliteRows(std::filesystem::path path, std::unique_ptr<Database> database,
                       std::unique_ptr<Statements> statements)
    : m_path(std::move(path)),
      m_database(std::move(database)),
      m_statements(std::move(statements)) {}

SqliteRows::~SqliteRows() = default;

Result<std::unique_ptr<SqliteRows>> SqliteRows::open(const std::filesystem::path& path) {
    Result<std::unique_ptr<Database>> opened = openForReading(path);
    if (!opened) {
        return tl::unexpected(opened.error());
    }
    const Database& database = **opened;
    const Result<std::int64_t> version = database.integer("PRAGMA user_version");
    if (!version) {
        return tl::unexpected(version.error());
    }
    std::optional<Error> problem;
    const auto prepare = [&](const std::string& sql) -> std::optional<Statement> {
        Result<Statement> statement = database.prepare(sql);
        if (!statement) {
            problem = statement.error();
            return {};
        }
        return std::move(*statement);
    };
    auto from = prepare(std::string(kEventsFrom));
    auto one = prepare(std::string(kOneChunk));
    auto sketches = prepare(std::string(kSketches));
    auto scanned = prepare("SELECT first FROM events NOT INDEXED" + std::string(kChunksOfSteps));
    std::optional<Statement> derived;
    std::optional<Statement> indexed;
    if (*version >= 2) {
        derived = prepare(std::string(kDerived));
        indexed = prepare("SELECT first FROM events INDEXED BY events_by_step" +
                          std::string(kChunksOfSteps));
    }
    if (problem) {
        return tl::unexpected(*problem);
    }
    auto statements = std::make_unique<Statements>(
        Statements{std::move(*from), std::move(*one), std::move(*sketches), std::move(derived),
                   std::move(indexed), std::move(*scanned)});
    std::unique_ptr<SqliteRows> rows(
        new SqliteRows(path, std::move(*opened), std::move(statements)));
    return rows->changed().map([&rows](bool) { return std::move(rows); });
}

Result<SessionHead> SqliteRows::head() {
    const Result<std::string> run = metaValue(*m_database, "run");
    const Result<std::string> createdBy = metaValue(*m_database, "created_by");
    const Result<std::string> created = metaValue(*m_database, "created_unix_ns");
    const Result<std::int64_t> version = m_database->integer("PRAGMA user_version");
    for (const auto* text : {&run, &createdBy, &created}) {
        if (!*text) {
            return tl::unexpected(text->error());
        }
    }
    if (!version) {
        return tl::unexpected(version.error());
    }
    SessionHead head;
    head.runId = *run;
    head.createdBy = *createdBy;
    std::from_chars(created->data(), created->data() + created->size(), head.createdUnixNs);
    head.formatVersion = static_cast<int>(*version);
    head.beingWritten = WriterLock::isHeld(m_path);
    head.bytes = sizeOf(m_path) + sizeOf(m_path.string() + "-wal");
    head.idleMs = idleMsOf(m_path);
    return head;
}

Result<bool> SqliteRows::changed() {
    const Result<std::int64_t> version = m_database->integer("PRAGMA data_version");
    if (!version) {
        return tl::unexpected(version.error());
    }
    const bool changed = *version != m_dataVersion;
    m_dataVersion = *version;
    return changed;
}

Result<SessionRows::Events> SqliteRows::events(std::int64_t from, std::size_t maxBytes) {
    return m_database->reading([&] { return readEvents(from, maxBytes); });
}

Result<SessionRows::Events> SqliteRows::readEvents(std::int64_t from, std::size_t maxBytes) {
    Events found;
    const std::optional<Totals> totals = plausibleTotals(*m_database);
    if (totals) {
        found.total = totals->events;
    }
    Statement& query = m_statements->eventsFrom;
    query.bind(1, from);
    const Rewind rewind(query);
    Ascending rows(found.rows);
    Room room(maxBytes);
    for (;;) {
        const Result<bool> row = query.step();
        if (!row && row.error().code != ErrorCode::Damaged) {
            return tl::unexpected(row.error());
        }
        if (!row) {
            rows.flush();
            query.reset();
            found.resume = behindBrokenPages(endOf(found.rows, from), found.total);
            return found;
        }
        if (!*row || rows.isLost()) {
            rows.flush();
            return found;
        }
        const std::int64_t first = query.integer(0);
        const std::int64_t count = query.integer(3);
        if (!rows.expects(first) || (first < from && isCount(count) && first + count <= from)) {
            continue; // out of place, or it ends before what is asked for
        }
        const std::size_t bytes = query.blob(4).size();
        if (!room.has(bytes)) {
            return found;
        }
        if (first >= from) {
            room.take(std::max<std::size_t>(bytes, 1));
        }
        rows.hold(eventRow(query));
    }
}

/// Whether SQLite gets to the chunks from this message on.
bool SqliteRows::canSeek(std::int64_t message) {
    Statement& query = m_statements->eventsFrom;
    query.bind(1, message);
    const Rewind rewind(query);
    return query.step().has_value();
}

/// Pages of the file are broken from message `broken` on: finds where they end. The further away,
/// the more the steps grow; then the first message that can be got at is searched in between.
std::int64_t SqliteRows::behindBrokenPages(std::int64_t broken, std::optional<std::int64_t> total) {
    const std::int64_t end = std::max(total.value_or(kMostMessages), broken);
    std::int64_t step = 1;
    while (broken + step < end && !canSeek(broken + step)) {
        broken += step;
        step *= 2;
    }
    std::int64_t good = std::min(broken + step, end);
    while (good - broken > 1) {
        const std::int64_t middle = broken + (good - broken) / 2;
        (canSeek(middle) ? good : broken) = middle;
    }
    return good;
}

Result<SessionRows::Events> SqliteRows::eventsOfSteps(Step first, Step last, std::int64_t from,
                                                      std::size_t maxBytes) {
    return m_database->reading([&] { return readSteps(first, last, from, maxBytes); });
}

Result<SessionRows::Events> SqliteRows::readSteps(Step first, Step last, std::int64_t from,
                                                  std::size_t maxBytes) {
    const auto chunksBy = [&](Statement& query) -> Result<std::vector<std::int64_t>> {
        std::vector<std::int64_t> numbers;
        query.bind(1, columnOf(first));
        query.bind(2, columnOf(last));
        query.bind(3, from);
        const Rewind rewind(query);
        for (;;) {
            const Result<bool> row = query.step();
            if (!row) {
                return tl::unexpected(row.error());
            }
            if (!*row) {
                return numbers;
            }
            numbers.push_back(query.integer(0));
        }
    };
    Result<std::vector<std::int64_t>> chunks = chunksBy(
        m_statements->indexedSteps ? *m_statements->indexedSteps : m_statements->scannedSteps);
    if (!chunks && chunks.error().code == ErrorCode::Damaged && m_statements->indexedSteps) {
        chunks = chunksBy(m_statements->scannedSteps);
    }
    if (!chunks) {
        return tl::unexpected(chunks.error());
    }
    Events found;
    if (const std::optional<Totals> totals = plausibleTotals(*m_database)) {
        found.total = totals->events;
    }
    Statement& query = m_statements->oneChunk;
    Room room(maxBytes);
    for (const std::int64_t number : *chunks) {
        query.bind(1, number);
        const Rewind rewind(query);
        const Result<bool> row = query.step();
        if (!row && row.error().code != ErrorCode::Damaged) {
            return tl::unexpected(row.error());
        }
        if (!row || !*row) {
            continue; // lies on a broken page
        }
        const std::size_t bytes = query.blob(4).size();
        if (!room.has(bytes)) {
            found.resume = number;
            return found;
        }
        room.take(std::max<std::size_t>(bytes, 1));
        found.rows.push_back(eventRow(query));
    }
    return found;
}

Result<std::vector<SketchRow>> SqliteRows::sketches(Step step, std::int64_t after,
                                                    std::size_t maxBytes) {
    std::vector<SketchRow> found;
    Statement& query = m_statements->sketches;
    query.bind(1, static_cast<std::int64_t>(step.value()));
    query.bind(2, after);
    const Rewind rewind(query);
    Room room(maxBytes);
    for (;;) {
        const Result<bool> row = query.step();
        if (!row && (row.error().code != ErrorCode::Damaged || found.empty())) {
            return tl::unexpected(row.error());
        }
        if (!row || !*row || query.integer(0) <= after) {
            return found;
        }
        after = query.integer(0);
        const std::size_t bytes = query.blob(3).size();
        if (!room.has(bytes)) {
            return found;
        }
        room.take(std::max<std::size_t>(bytes, 1));
        found.push_back(sketchRow(query));
    }
}

Result<std::vector<DerivedRow>> SqliteRows::derived(DerivedKind kind, std::int64_t first,
                                                    std::int64_t last, std::size_t maxBytes) {
    std::vector<DerivedRow> found;
    if (!m_statements->derived) {
        return found;
    }
    const auto id = [kind](std::int64_t number) {
        return derivedId(kind, 0) + std::clamp<std::int64_t>(number, 0, kDerivedNumbers);
    };
    Statement& query = *m_statements->derived;
    query.bind(1, id(first));
    query.bind(2, id(last));
    const Rewind rewind(query);
    Room room(maxBytes);
    for (;;) {
        const Result<bool> row = query.step();
        if (!row && (row.error().code != ErrorCode::Damaged || found.empty())) {
            return tl::unexpected(row.error());
        }
        if (!row || !*row) {
            return found;
        }
        const std::size_t bytes = query.blob(1).size();
        if (!room.has(bytes)) {
            return found;
        }
        room.take(std::max<std::size_t>(bytes, 1));
        found.push_back(derivedRow(query));
    }
}

} // namespace rankscope::session
