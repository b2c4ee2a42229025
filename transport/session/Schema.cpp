// SPDX-License-Identifier: Apache-2.0
#include "transport/session/Schema.h"

#include <bit>
#include <zlib.h>

namespace rankscope::session {

static_assert(std::endian::native == std::endian::little);

RowCrc::RowCrc(std::string_view table) {
    add(table.data(), table.size());
}

RowCrc& RowCrc::integers(std::initializer_list<std::int64_t> values) {
    add(values.begin(), values.size() * sizeof(std::int64_t));
    return *this;
}

RowCrc& RowCrc::text(std::string_view value) {
    add(value.data(), value.size());
    add("", 1);
    return *this;
}

RowCrc& RowCrc::blob(std::span<const std::byte> value) {
    add(value.data(), value.size());
    return *this;
}

void RowCrc::add(const void* data, std::size_t size) {
    if (size > 0) { // zlib takes a null pointer for a wish to start over
        m_crc = static_cast<std::uint32_t>(crc32_z(m_crc, static_cast<const Bytef*>(data), size));
    }
}

Result<void> createSchema(Database& database, const std::string& createdBy,
                          std::int64_t createdUnixNs) {
    std::string sql = "BEGIN IMMEDIATE; PRAGMA application_id = " + std::to_string(kApplicationId) +
                      "; PRAGMA user_version = " + std::to_string(kFormatVersion) + ";";
    for (const Table& table : kTables) {
        sql.append(table.sql).append(";");
    }
    return database.run(sql)
        .and_then([&] { return setMetaValue(database, "created_by", createdBy); })
        .and_then([&] {
            return setMetaValue(database, "created_unix_ns", std::to_string(createdUnixNs));
        })
        .and_then([&] { return setMetaValue(database, "run", ""); })
        .and_then([&] { return writeTotals(database, {}); })
        .and_then([&] { return database.run("COMMIT"); });
}

Result<bool> isEmpty(const Database& database) {
    return database.integer("SELECT count(*) FROM sqlite_schema")
        .and_then([&database](std::int64_t tables) -> Result<bool> {
            const Result<std::int64_t> id = database.integer("PRAGMA application_id");
            if (!id) {
                return tl::unexpected(id.error());
            }
            return tables == 0 && *id == 0;
        });
}

Result<void> upgradeSchema(Database& database, std::int64_t from) {
    std::string sql = "BEGIN IMMEDIATE;";
    for (const Table& table : kTables) {
        if (table.since > from) {
            sql.append(table.sql).append(";");
        }
    }
    sql += "PRAGMA user_version = " + std::to_string(kFormatVersion) + "; COMMIT;";
    Result<void> done = database.run(sql);
    if (!done && database.inTransaction()) {
        [[maybe_unused]] const Result<void> undone = database.run("ROLLBACK");
    }
    return done;
}

Result<std::int64_t> checkSchema(const Database& database, const std::filesystem::path& path) {
    const Result<std::int64_t> id = database.integer("PRAGMA application_id");
    if (!id) {
        return tl::unexpected(id.error());
    }
    if (*id != kApplicationId) {
        return fail(ErrorCode::Malformed, path.string() + ": this is not a rankscope session file");
    }
    const Result<std::int64_t> version = database.integer("PRAGMA user_version");
    if (!version) {
        return tl::unexpected(version.error());
    }
    if (*version > kFormatVersion) {
        return fail(ErrorCode::Unsupported,
                    path.string() + ": written in format version " + std::to_string(*version) +
                        "; this program reads up to " + std::to_string(kFormatVersion),
                    "use a newer release of rankscope");
    }
    Result<Statement> query = database.prepare("SELECT sql FROM sqlite_schema WHERE name = ?");
    if (!query) {
        return tl::unexpected(query.error());
    }
    for (const Table& table : kTables) {
        if (table.since > *version && *version > 0) {
            continue;
        }
        query->bind(1, table.name);
        const Result<bool> row = query->step();
        if (!row) {
            return tl::unexpected(row.error());
        }
        // Anything else (a view, a virtual table) would be code from a stranger.
        if (!*row || query->text(0) != table.sql || *version < 1) {
            return fail(ErrorCode::Damaged,
                        path.string() + ": its table '" + std::string(table.name) +
                            "' is missing or not as the format has it",
                        "save what can be read: rankscope recover FILE --out NEW");
        }
        query->reset();
    }
    return *version;
}

Result<std::string> metaValue(const Database& database, std::string_view key) {
    Result<Statement> query = database.prepare("SELECT value, crc FROM meta WHERE key = ?");
    if (!query) {
        return tl::unexpected(query.error());
    }
    query->bind(1, key);
    const Result<bool> row = query->step();
    if (!row) {
        return tl::unexpected(row.error());
    }
    if (!*row) {
        return std::string();
    }
    const std::string value = query->text(0);
    if (RowCrc("meta").text(key).text(value).value() != query->integer(1)) {
        return fail(ErrorCode::Damaged,
                    "the checksum of '" + std::string(key) + "' in the session's head is wrong");
    }
    return value;
}

Result<void> setMetaValue(Database& database, std::string_view key, std::string_view value) {
    Result<Statement> insert =
        database.prepare("INSERT OR REPLACE INTO meta(key, value, crc) VALUES(?, ?, ?)");
    if (!insert) {
        return tl::unexpected(insert.error());
    }
    insert->bind(1, key);
    insert->bind(2, value);
    insert->bind(3, RowCrc("meta").text(key).text(value).value());
    return insert->run();
}

Result<Totals> readTotals(const Database& database) {
    Result<Statement> query =
        database.prepare("SELECT events, sketches, crc FROM totals WHERE id = 1");
    if (!query) {
        return tl::unexpected(query.error());
    }
    const Result<bool> row = query->step();
    if (!row) {
        return tl::unexpected(row.error());
    }
    const Totals totals{*row ? query->integer(0) : 0, *row ? query->integer(1) : 0};
    if (!*row ||
        RowCrc("totals").integers({1, totals.events, totals.sketches}).value() !=
            query->integer(2) ||
        totals.events < 0 || totals.sketches < 0) {
        return fail(ErrorCode::Damaged, "the checksum of the session's totals is wrong");
    }
    return totals;
}

Result<void> writeTotals(Database& database, Totals totals) {
    Result<Statement> insert = database.prepare(
        "INSERT OR REPLACE INTO totals(id, events, sketches, crc) VALUES(1, ?, ?, ?)");
    if (!insert) {
        return tl::unexpected(insert.error());
    }
    insert->bind(1, totals.events);
    insert->bind(2, totals.sketches);
    insert->bind(3, RowCrc("totals").integers({1, totals.events, totals.sketches}).value());
    return insert->run();
}

Result<std::optional<Retention>> readRetention(const Database& database) {
    Result<Statement> query = database.prepare(
        "SELECT stride, swept, until, front, kept, rest, crc FROM retention WHERE id = 1");
    if (!query) {
        return tl::unexpected(query.error());
    }
    const Result<bool> row = query->step();
    if (!row) {
        return tl::unexpected(row.error());
    }
    if (!*row) {
        return std::nullopt;
    }
    const Retention found{query->integer(0), query->integer(1), query->integer(2),
                          query->integer(3), query->integer(4), query->integer(5)};
    RowCrc crc("retention");
    crc.integers({1, found.stride, found.swept, found.until, found.front, found.kept, found.rest});
    if (crc.value() != query->integer(6) || found.stride < 1) {
        return fail(ErrorCode::Damaged, "the checksum of the session's row of retention is wrong");
    }
    return found;
}

Result<void> writeRetention(Database& database, const Retention& retention) {
    Result<Statement> insert = database.prepare(
        "INSERT OR REPLACE INTO retention(id, stride, swept, until, front, kept, rest, crc) "
        "VALUES(1, ?, ?, ?, ?, ?, ?, ?)");
    if (!insert) {
        return tl::unexpected(insert.error());
    }
    const auto& [stride, swept, until, front, kept, rest] = retention;
    int column = 0;
    for (const std::int64_t value : {stride, swept, until, front, kept, rest}) {
        insert->bind(++column, value);
    }
    insert->bind(
        7, RowCrc("retention").integers({1, stride, swept, until, front, kept, rest}).value());
    return insert->run();
}

} // namespace rankscope::session
