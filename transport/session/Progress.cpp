// SPDX-License-Identifier: Apache-2.0
#include "transport/session/Progress.h"

#include "transport/session/Schema.h"
#include "transport/wire/Codec.h"

#include <bit>

namespace rankscope::session {
namespace {

/// SQLite's integers are signed: the same 64 bits.
std::int64_t keyOf(IncarnationId incarnation) {
    return std::bit_cast<std::int64_t>(incarnation.value());
}

tl::unexpected<Error> damaged(const char* table) {
    return fail(ErrorCode::Damaged,
                "the checksum of a row in the session's table '" + std::string(table) +
                    "' is wrong",
                "save what can be read: rankscope recover FILE --out NEW");
}

Result<Progress> readRow(const Statement& query) {
    const std::int64_t key = query.integer(0);
    const std::span<const std::byte> data = query.blob(1);
    if (RowCrc("hellos").integers({key}).blob(data).value() != query.integer(2)) {
        return damaged("hellos");
    }
    const std::int64_t received = query.integer(3);
    const std::int64_t declared = query.integer(4);
    const std::int64_t last = query.integer(5);
    const std::int64_t bye = query.integer(6);
    if (RowCrc("progress").integers({key, received, declared, last, bye}).value() !=
        query.integer(7)) {
        return damaged("progress");
    }
    Result<wire::Message> message = wire::decode(data);
    if (!message) {
        return tl::unexpected(message.error());
    }
    auto* hello = std::get_if<wire::Hello>(&*message);
    if (hello == nullptr || keyOf(hello->incarnation) != key || received < 0 || declared < 0 ||
        last < 0) {
        return damaged("hellos");
    }
    Progress progress;
    progress.hello = std::move(*hello);
    progress.last = Seq(static_cast<std::uint64_t>(last));
    progress.received = static_cast<std::uint64_t>(received);
    progress.declared = static_cast<std::uint64_t>(declared);
    if (bye != kNone) {
        progress.bye = Seq(static_cast<std::uint64_t>(bye));
    }
    return progress;
}

} // namespace

Result<ProgressTable> ProgressTable::open(Database& database) {
    Result<Statement> hello =
        database.prepare("INSERT OR REPLACE INTO hellos(incarnation, data, crc) VALUES(?, ?, ?)");
    Result<Statement> progress = database.prepare(
        "INSERT OR REPLACE INTO progress(incarnation, received, declared, last, bye, crc) "
        "VALUES(?, ?, ?, ?, ?, ?)");
    if (!hello || !progress) {
        return tl::unexpected(hello ? progress.error() : hello.error());
    }
    return ProgressTable(std::move(*hello), std::move(*progress));
}

Result<void> ProgressTable::write(const wire::Hello& hello) {
    const std::int64_t key = keyOf(hello.incarnation);
    const std::vector<std::byte> data = wire::encode(hello);
    m_hello.bind(1, key);
    m_hello.bind(2, data);
    m_hello.bind(3, RowCrc("hellos").integers({key}).blob(data).value());
    return m_hello.run();
}

Result<void> ProgressTable::write(const Progress& progress) {
    const std::int64_t key = keyOf(progress.hello.incarnation);
    const auto received = static_cast<std::int64_t>(progress.received);
    const auto declared = static_cast<std::int64_t>(progress.declared);
    const auto last = static_cast<std::int64_t>(progress.last.value());
    const std::int64_t bye =
        progress.bye ? static_cast<std::int64_t>(progress.bye->value()) : kNone;
    m_progress.bind(1, key);
    m_progress.bind(2, received);
    m_progress.bind(3, declared);
    m_progress.bind(4, last);
    m_progress.bind(5, bye);
    m_progress.bind(6, RowCrc("progress").integers({key, received, declared, last, bye}).value());
    return m_progress.run();
}

Result<std::vector<Progress>> readProgress(const Database& database) {
    Result<Statement> query = database.prepare(
        "SELECT h.incarnation, h.data, h.crc, p.received, p.declared, p.last, p.bye, p.crc "
        "FROM hellos h JOIN progress p ON p.incarnation = h.incarnation ORDER BY 1");
    if (!query) {
        return tl::unexpected(query.error());
    }
    std::vector<Progress> all;
    for (;;) {
        const Result<bool> row = query->step();
        if (!row) {
            return tl::unexpected(row.error());
        }
        if (!*row) {
            return all;
        }
        Result<Progress> one = readRow(*query);
        if (!one) {
            return tl::unexpected(one.error());
        }
        all.push_back(std::move(*one));
    }
}

} // namespace rankscope::session
