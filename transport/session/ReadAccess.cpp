// SPDX-License-Identifier: Apache-2.0
#include "transport/session/ReadAccess.h"

#include "transport/wire/Codec.h"

#include <system_error>

namespace rankscope::session {
namespace {

/// Fewer bytes than any message takes, or any row.
constexpr std::int64_t kSmallest = 4;

tl::unexpected<Error> damaged(const char* table, std::int64_t id, const std::string& why) {
    return fail(ErrorCode::Damaged,
                "row " + std::to_string(id) + " of the table '" + table + "': " + why);
}

/// Calls `take` with each message of a chunk; it says whether the message belongs there.
template <class Take>
Result<void> readChunk(const char* table, std::int64_t id, std::int64_t count,
                       std::span<const std::byte> data, Take take) {
    if (count < 1 || count > kChunkMessages) {
        return damaged(table, id, "it claims " + std::to_string(count) + " messages");
    }
    for (std::int64_t i = 0; i < count; ++i) {
        Result<wire::Message> message = wire::decodeFirst(data);
        if (!message) {
            return damaged(table, id, message.error().what);
        }
        if (!take(std::move(*message))) {
            return damaged(table, id, "a message in it does not belong there");
        }
    }
    if (!data.empty()) {
        return damaged(table, id, "it has more messages than it claims");
    }
    return {};
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
    return ready.and_then([&] { return checkSchema(**database, path); }).map([&] {
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

Result<void> readEvents(const Statement& row, std::vector<wire::Event>& out) {
    const std::int64_t first = row.integer(0);
    const std::int64_t count = row.integer(3);
    const std::span<const std::byte> data = row.blob(4);
    RowCrc crc("events");
    crc.integers({first, row.integer(1), row.integer(2), count}).blob(data);
    if (crc.value() != row.integer(5)) {
        return damaged("events", first, "its checksum is wrong");
    }
    const std::size_t before = out.size();
    Result<void> read = readChunk("events", first, count, data, [&out](wire::Message&& message) {
        return std::visit(
            [&out](auto&& value) {
                using Value = std::decay_t<decltype(value)>;
                if constexpr (std::is_constructible_v<wire::Event, Value>) {
                    out.emplace_back(std::in_place_type<Value>, std::move(value));
                    return true;
                } else {
                    return false;
                }
            },
            std::move(message));
    });
    if (!read) {
        out.resize(before);
    }
    return read;
}

Result<void> readSketches(const Statement& row, std::vector<wire::StepRecord>& out) {
    const std::int64_t id = row.integer(0);
    const std::int64_t step = row.integer(1);
    const std::int64_t count = row.integer(2);
    const std::span<const std::byte> data = row.blob(3);
    RowCrc crc("sketches");
    crc.integers({id, step, count}).blob(data);
    if (crc.value() != row.integer(4)) {
        return damaged("sketches", id, "its checksum is wrong");
    }
    const std::size_t before = out.size();
    Result<void> read = readChunk("sketches", id, count, data, [&](wire::Message&& message) {
        auto* record = std::get_if<wire::StepRecord>(&message);
        if (record == nullptr || !record->sketch ||
            static_cast<std::int64_t>(record->step.value()) != step) {
            return false;
        }
        out.push_back(std::move(*record));
        return true;
    });
    if (!read) {
        out.resize(before);
    }
    return read;
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
