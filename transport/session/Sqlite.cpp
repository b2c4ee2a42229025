// SPDX-License-Identifier: Apache-2.0
#include "transport/session/Sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace rankscope::session {
namespace {

/// Longest text or blob that a session file may hold: four times our largest chunk.
constexpr int kLongestValue = 4 << 20;
/// A reader may meet a writer that is folding the log back.
constexpr int kBusyMilliseconds = 5000;

std::string uriOf(const std::filesystem::path& path, const char* parameters) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char c : path.string()) {
        if (c == '%' || c == '?' || c == '#') {
            const auto byte = static_cast<unsigned char>(c);
            uri += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
        } else {
            uri += c;
        }
    }
    return uri + parameters;
}

tl::unexpected<Error> inUse(const std::filesystem::path& file) {
    return fail(ErrorCode::Busy, file.string() + ": another program has locked the file",
                "close the program that writes to it");
}

/// What the system said no to, when SQLite has no word of its own for it.
tl::unexpected<Error> refusedBySystem(const std::string& where, const char* word, int reason) {
    switch (reason) {
    case EDQUOT: // the usual full disk of a cluster's home folder
        return fail(ErrorCode::Io, where + "your disk quota is used up",
                    "free some space, or record to another disk");
    case EFBIG:
        return fail(ErrorCode::Io,
                    where + "the file has reached this process's size limit (ulimit -f)");
    case 0:
        return fail(ErrorCode::Io, where + word);
    default:
        return fail(ErrorCode::Io, where + word + " (" + std::strerror(reason) + ")");
    }
}

} // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement); // repeats an error that step() has reported
}

void Statement::bind(int index, std::int64_t value) {
    sqlite3_bind_int64(m_statement.get(), index, value);
}

void Statement::bind(int index, std::string_view text) {
    sqlite3_bind_text64(m_statement.get(), index, text.data(), text.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
}

void Statement::bind(int index, std::span<const std::byte> blob) {
    sqlite3_bind_blob64(m_statement.get(), index, blob.data(), blob.size(), SQLITE_STATIC);
}

Result<bool> Statement::step() {
    switch (sqlite3_step(m_statement.get())) {
    case SQLITE_ROW:
        return true;
    case SQLITE_DONE:
        return false;
    default:
        return m_database->failure();
    }
}

Result<void> Statement::run() {
    const Result<bool> row = step();
    const Result<void> result = row ? Result<void>() : tl::unexpected(row.error());
    reset();
    return result;
}

void Statement::reset() {
    sqlite3_reset(m_statement.get());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(m_statement.get(), column);
}

std::string Statement::text(int column) const {
    const auto* data =
        reinterpret_cast<const char*>(sqlite3_column_text(m_statement.get(), column));
    return data == nullptr ? std::string()
                           : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(
                                                   m_statement.get(), column)));
}

std::span<const std::byte> Statement::blob(int column) const {
    const void* data = sqlite3_column_blob(m_statement.get(), column);
    return {static_cast<const std::byte*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column))};
}

void Database::Close::operator()(sqlite3* handle) const noexcept {
    sqlite3_close_v2(handle);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, Access access) {
    const std::filesystem::path absolute = std::filesystem::absolute(path);
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI |
                      (access == Access::Write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                               : SQLITE_OPEN_READONLY);
    const std::string uri = uriOf(absolute, access == Access::Immutable ? "?immutable=1" : "");
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(uri.c_str(), &handle, flags, nullptr);
    std::unique_ptr<Database> database(new Database(handle, path));
    if (code != SQLITE_OK) {
        return database->failure();
    }
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, kBusyMilliseconds);
    return database;
}

Result<void> Database::run(const std::string& sql) {
    if (sqlite3_exec(m_handle.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return failure();
    }
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) const {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(m_handle.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
        return failure();
    }
    return Statement(statement, *this);
}

Result<std::int64_t> Database::integer(std::string_view sql) const {
    Result<Statement> query = prepare(sql);
    if (!query) {
        return tl::unexpected(query.error());
    }
    const Result<bool> row = query->step();
    if (!row) {
        return tl::unexpected(row.error());
    }
    return *row ? query->integer(0) : 0;
}

Result<std::string> Database::text(std::string_view sql) const {
    Result<Statement> query = prepare(sql);
    if (!query) {
        return tl::unexpected(query.error());
    }
    const Result<bool> row = query->step();
    if (!row) {
        return tl::unexpected(row.error());
    }
    return *row ? query->text(0) : std::string();
}

bool Database::inTransaction() const {
    return sqlite3_get_autocommit(m_handle.get()) == 0;
}

Result<void> Database::copyTo(Database& target) const {
    sqlite3_backup* copy =
        sqlite3_backup_init(target.m_handle.get(), "main", m_handle.get(), "main");
    if (copy != nullptr) {
        sqlite3_backup_step(copy, -1);
        if (sqlite3_backup_finish(copy) == SQLITE_OK) {
            return {};
        }
    }
    // Reported by the target. But nobody else knows of that one, so it is the source that is
    // locked.
    const bool locked = sqlite3_errcode(target.m_handle.get()) == SQLITE_BUSY ||
                        sqlite3_errcode(target.m_handle.get()) == SQLITE_LOCKED;
    return locked ? inUse(m_path) : target.failure();
}

Result<void> Database::distrust() {
    sqlite3_db_config(m_handle.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(m_handle.get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(m_handle.get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(m_handle.get(), SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_limit(m_handle.get(), SQLITE_LIMIT_LENGTH, kLongestValue);
    sqlite3_limit(m_handle.get(), SQLITE_LIMIT_SQL_LENGTH, 1 << 16);
    sqlite3_limit(m_handle.get(), SQLITE_LIMIT_COLUMN, 100);
    sqlite3_limit(m_handle.get(), SQLITE_LIMIT_EXPR_DEPTH, 10);
    sqlite3_limit(m_handle.get(), SQLITE_LIMIT_ATTACHED, 0);
    return run("PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;");
}

Result<void> Database::tolerateDamage() {
    sqlite3_db_config(m_handle.get(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    return run("PRAGMA writable_schema = ON;");
}

tl::unexpected<Error> Database::failure() const {
    const int code = sqlite3_errcode(m_handle.get());
    const std::string where = m_path.string() + ": ";
    switch (code & 0xff) {
    case SQLITE_NOTADB:
        return fail(ErrorCode::Malformed, where + "this is not a rankscope session file");
    case SQLITE_CORRUPT:
    case SQLITE_ERROR: // our SQL is right, so the file's tables are not ours
        return fail(ErrorCode::Damaged, where + sqlite3_errmsg(m_handle.get()),
                    "save what can be read: rankscope recover FILE --out NEW");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return inUse(m_path);
    case SQLITE_FULL:
        return fail(ErrorCode::Io, where + "the disk is full", "free some space");
    case SQLITE_CANTOPEN:
        return fail(ErrorCode::Io, where + "the file cannot be opened",
                    "check that it exists and who may read and write it and its folder");
    case SQLITE_READONLY:
        return fail(ErrorCode::Io, where + "the file or its folder is read-only",
                    "choose another place, or change its permissions");
    default:
        return refusedBySystem(where, sqlite3_errmsg(m_handle.get()),
                               sqlite3_system_errno(m_handle.get()));
    }
}

} // namespace rankscope::session
