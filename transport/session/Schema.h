// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/Sqlite.h"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

/// What a session file looks like; FORMAT.md explains it. Private to this folder.
namespace rankscope::session {

inline constexpr std::int64_t kApplicationId = 0x52534b53; ///< "RSKS"
inline constexpr std::int64_t kFormatVersion = 2;
/// A chunk is closed when it has grown to this; one message may go beyond it.
inline constexpr std::size_t kChunkBytes = 1U << 20U;
/// Bounds what a reader has to hold: a message of a few bytes becomes an event of several hundred.
inline constexpr std::int64_t kChunkMessages = 16384;
/// Messages in a session: more than any run makes, and far from where integers end.
inline constexpr std::int64_t kMostMessages = std::int64_t(1) << 53;
/// An id of `derived` is kind << 48 | number.
inline constexpr int kDerivedKindShift = 48;
inline constexpr std::int64_t kDerivedNumbers = std::int64_t(1) << kDerivedKindShift;
/// "None" in columns that hold a step or a seq.
inline constexpr std::int64_t kNone = -1;

struct Table {
    std::string_view name;
    std::string_view sql;   ///< exactly as sqlite_schema has it
    std::int64_t since = 1; ///< first version of the format that has it
};

/// In the order of their creation.
inline constexpr std::array<Table, 10> kTables{{
    {"meta", "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL, crc INTEGER NOT NULL) "
             "WITHOUT ROWID"},
    {"totals", "CREATE TABLE totals(id INTEGER PRIMARY KEY, events INTEGER NOT NULL, "
               "sketches INTEGER NOT NULL, crc INTEGER NOT NULL)"},
    {"hellos", "CREATE TABLE hellos(incarnation INTEGER PRIMARY KEY, data BLOB NOT NULL, "
               "crc INTEGER NOT NULL)"},
    {"progress", "CREATE TABLE progress(incarnation INTEGER PRIMARY KEY, received INTEGER NOT "
                 "NULL, declared INTEGER NOT NULL, last INTEGER NOT NULL, bye INTEGER NOT NULL, "
                 "crc INTEGER NOT NULL)"},
    {"events", "CREATE TABLE events(first INTEGER PRIMARY KEY, first_step INTEGER NOT NULL, "
               "last_step INTEGER NOT NULL, count INTEGER NOT NULL, data BLOB NOT NULL, "
               "crc INTEGER NOT NULL)"},
    {"sketches", "CREATE TABLE sketches(id INTEGER PRIMARY KEY, step INTEGER NOT NULL, "
                 "count INTEGER NOT NULL, data BLOB NOT NULL, crc INTEGER NOT NULL)"},
    {"sketches_by_step", "CREATE INDEX sketches_by_step ON sketches(step)"},
    {"events_by_step", "CREATE INDEX events_by_step ON events(last_step, first_step)", 2},
    {"derived",
     "CREATE TABLE derived(id INTEGER PRIMARY KEY, data BLOB NOT NULL, crc INTEGER NOT NULL)", 2},
    {"retention",
     "CREATE TABLE retention(id INTEGER PRIMARY KEY, stride INTEGER NOT NULL, "
     "swept INTEGER NOT NULL, until INTEGER NOT NULL, front INTEGER NOT NULL, "
     "kept INTEGER NOT NULL, rest INTEGER NOT NULL, crc INTEGER NOT NULL)",
     2},
}};

/// CRC-32 of a row: zlib's crc32 over the table's name and then every column but crc, in order:
/// integers as 8 bytes, little-endian; text with a zero byte behind it; a blob as it is.
class RowCrc {
  public:
    explicit RowCrc(std::string_view table);
    RowCrc& integers(std::initializer_list<std::int64_t> values);
    RowCrc& text(std::string_view value);
    RowCrc& blob(std::span<const std::byte> value);
    [[nodiscard]] std::int64_t value() const { return m_crc; }

  private:
    void add(const void* data, std::size_t size);
    std::uint32_t m_crc = 0;
};

/// Makes a new, empty file ours; one transaction.
[[nodiscard]] Result<void> createSchema(Database& database, const std::string& createdBy,
                                        std::int64_t createdUnixNs);

/// Whether the file holds nothing at all yet.
[[nodiscard]] Result<bool> isEmpty(const Database& database);

/// Ours, of a version that we know, with exactly our tables: gives the version.
/// Errors: Malformed (not a session file), Unsupported (newer), Damaged.
[[nodiscard]] Result<std::int64_t> checkSchema(const Database& database,
                                               const std::filesystem::path& path);

/// Adds what files of version `from` lack; one transaction.
[[nodiscard]] Result<void> upgradeSchema(Database& database, std::int64_t from);

/// A value of the meta table, empty when it is not there.
[[nodiscard]] Result<std::string> metaValue(const Database& database, std::string_view key);
[[nodiscard]] Result<void> setMetaValue(Database& database, std::string_view key,
                                        std::string_view value);

/// What the file ought to hold, so that lost rows are noticed.
struct Totals {
    std::int64_t events = 0;   ///< messages in `events`
    std::int64_t sketches = 0; ///< rows of `sketches`, numbered 1, 2, ...
};
[[nodiscard]] Result<Totals> readTotals(const Database& database);
[[nodiscard]] Result<void> writeTotals(Database& database, Totals totals);

/// How far the sketches have been thinned; SketchTable has what the columns mean.
struct Retention {
    std::int64_t stride = 1, swept = 1, until = 1, front = 1, kept = 0, rest = 0;
};
/// Nothing when the file has none: then nothing was thinned. Errors: Damaged.
[[nodiscard]] Result<std::optional<Retention>> readRetention(const Database& database);
[[nodiscard]] Result<void> writeRetention(Database& database, const Retention& retention);

} // namespace rankscope::session
