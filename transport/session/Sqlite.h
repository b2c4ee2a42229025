// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

/// The little of SQLite that a session file needs: private to this folder.
namespace rankscope::session {

class Database;

/// A prepared statement; belongs to one Database and must not outlive it.
class Statement {
  public:
    /// Binds to parameter `index`, counted from 1. Text and blobs are borrowed until the next
    /// reset(), which also undoes the bindings' effect on the running query.
    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view text);
    void bind(int index, std::span<const std::byte> blob);

    /// Goes to the next row; false when there is none.
    [[nodiscard]] Result<bool> step();
    /// Runs a statement that returns no rows, and resets it.
    [[nodiscard]] Result<void> run();
    void reset();

    /// Columns of the current row, counted from 0; valid until the next step() or reset().
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::span<const std::byte> blob(int column) const;

  private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    Statement(sqlite3_stmt* statement, const Database& database)
        : m_statement(statement),
          m_database(&database) {}

    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
    const Database* m_database;
};

/// Resets a statement at the end of a scope, so that the query does not keep its place.
class Rewind {
  public:
    explicit Rewind(Statement& statement) : m_statement(statement) {}
    Rewind(const Rewind&) = delete;
    Rewind& operator=(const Rewind&) = delete;
    ~Rewind() { m_statement.reset(); }

  private:
    Statement& m_statement;
};

/// One connection. Not thread-safe; not movable, since statements point to it.
class Database {
  public:
    enum class Access {
        Write,     ///< creates the file when it is missing
        Read,      ///< never changes the file
        Immutable, ///< like Read, and takes the file as it lies, without locks or log
    };

    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path,
                                                                Access access);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() = default;

    /// Runs SQL of our own; rows are ignored.
    [[nodiscard]] Result<void> run(const std::string& sql);
    [[nodiscard]] Result<Statement> prepare(std::string_view sql) const;
    /// First column of the first row.
    [[nodiscard]] Result<std::int64_t> integer(std::string_view sql) const;
    [[nodiscard]] Result<std::string> text(std::string_view sql) const;

    [[nodiscard]] bool inTransaction() const;

    /// What `read` returns, all of it of the same moment; or why there was no transaction.
    template <class Read>
    [[nodiscard]] auto reading(Read read) -> decltype(read()) {
        if (Result<void> begun = run("BEGIN"); !begun) {
            return tl::unexpected(begun.error());
        }
        auto result = read();
        // Nothing was written: there is nothing to lose.
        if (!run("COMMIT") && inTransaction()) {
            [[maybe_unused]] const Result<void> done = run("ROLLBACK");
        }
        return result;
    }

    /// Makes `target` a copy of this database as of now, page by page.
    [[nodiscard]] Result<void> copyTo(Database& target) const;

    /// Settings for a file that may have been made to harm: nothing in the schema is trusted or
    /// executed, sizes are bounded.
    [[nodiscard]] Result<void> distrust();
    /// Reads what is there of a file that is shorter than its header says, or whose schema is
    /// partly broken; only sensible for Access::Read.
    [[nodiscard]] Result<void> tolerateDamage();

    /// The connection's last error: disk full and the like as Io, a broken file as Damaged.
    [[nodiscard]] tl::unexpected<Error> failure() const;

  private:
    struct Close {
        void operator()(sqlite3* handle) const noexcept;
    };
    Database(sqlite3* handle, std::filesystem::path path)
        : m_path(std::move(path)),
          m_handle(handle) {}

    std::filesystem::path m_path;
    std::unique_ptr<sqlite3, Close> m_handle;
};

} // namespace rankscope::session
