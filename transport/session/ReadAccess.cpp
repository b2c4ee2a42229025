// SPDX-License-Identifier: Apache-2.0
#include "transport/session/ReadAccess.h"

#include <system_error>

namespace rankscope::session {
namespace {

/// Fewer bytes than any message takes, or any row.
constexpr std::int64_t kSmallest = 4;

Bytes copyOf(std::span<const std::byte> blob) {
    return {blob.begin(), blob.end()};
}

Result<std::unique_ptr<Database>> openAs(const std::filesystem::path& path, Database::Access access,
                                         bool tolerant) {
    Result<std::unique_ptr<Database>> database = Database::open(path, access);
    if (!database) {
        return database;
    }
    Result<void> ready = (*database)->distrust();
    if (ready && tolerant) {
        ready = (*database)->tolerateDamage();
    }
    return ready.and_then([&] { return checkSchema(**database, path); }).map([&](std::int64_t) {
        return std::move(*database);
    });
}

bool hasLog(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path.string() + "-wal", error);
    return !error && size > 0;
}

} // namespace

Result<std::unique_ptr<Database>> openForReading(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) {
        return fail(ErrorCode::Io, path.string() + ": there is no such file");
    }
    if (!std::filesystem::is_regular_file(status)) {
        return fail(ErrorCode::Io, path.string() + ": this is not a file");
    }
    auto access = Database::Access::Read;
    Result<std::unique_ptr<Database>> database = openAs(path, access, false);
    if (!database && database.error().code == ErrorCode::Io && !hasLog(path)) {
        // In a read-only folder SQLite cannot make the files that reading beside a writer takes:
        // but there is no writer.
        access = Database::Access::Immutable;
        database = openAs(path, access, false);
    }
    if (!database && database.error().code == ErrorCode::Damaged) {
        Result<std::unique_ptr<Database>> rest = openAs(path, access, true);
        return rest ? std::move(rest) : std::move(database);
    }
    return database;
}

EventRow eventRow(const Statement& row) {
    return {row.integer(0), row.integer(1),      row.integer(2),
            row.integer(3), copyOf(row.blob(4)), row.integer(5)};
}

SketchRow sketchRow(const Statement& row) {
    return {row.integer(0), row.integer(1), row.integer(2), copyOf(row.blob(3)), row.integer(4)};
}

DerivedRow derivedRow(const Statement& row) {
    const std::int64_t id = row.integer(0);
    return {{static_cast<DerivedKind>(id >> kDerivedKindShift), id & (kDerivedNumbers - 1),
             copyOf(row.blob(1))},
            row.integer(2)};
}

std::optional<Totals> plausibleTotals(const Database& database) {
    const Result<Totals> totals = readTotals(database);
    const Result<std::int64_t> pages = database.integer("PRAGMA page_count");
    const Result<std::int64_t> pageSize = database.integer("PRAGMA page_size");
    if (!totals || !pages || !pageSize) {
        return std::nullopt;
    }
    const std::int64_t most = *pages * (*pageSize / kSmallest);
    if (totals->events > most || totals->sketches > most) {
        return std::nullopt;
    }
    return *totals;
}

} // namespace rankscope::session
