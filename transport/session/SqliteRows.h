// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionRows.h"
#include "transport/session/Sqlite.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace rankscope::session {

/// The rows of a session file of this machine, also while it is recorded: that never disturbs the
/// writer. The file is taken for hostile: it is never changed, and what is read of it is bounded.
class SqliteRows final : public SessionRows {
  public:
    /// Errors: Io (missing, unreadable), Malformed (not a session file), Unsupported (newer
    /// version), Damaged.
    [[nodiscard]] static Result<std::unique_ptr<SqliteRows>>
    open(const std::filesystem::path& path);

    ~SqliteRows() override;

    [[nodiscard]] Result<SessionHead> head() override;
    [[nodiscard]] Result<bool> changed() override;
    [[nodiscard]] Result<Events> events(std::int64_t from, std::size_t maxBytes) override;
    [[nodiscard]] Result<Events> eventsOfSteps(Step first, Step last, std::int64_t from,
                                               std::size_t maxBytes) override;
    [[nodiscard]] Result<std::vector<SketchRow>> sketches(Step step, std::int64_t after,
                                                          std::size_t maxBytes) override;
    [[nodiscard]] Result<std::vector<DerivedRow>>
    derived(DerivedKind kind, std::int64_t first, std::int64_t last, std::size_t maxBytes) override;

  private:
    struct Statements;
    SqliteRows(std::filesystem::path path, std::unique_ptr<Database> database,
               std::unique_ptr<Statements> statements);

    [[nodiscard]] Result<Events> readEvents(std::int64_t from, std::size_t maxBytes);
    [[nodiscard]] Result<Events> readSteps(Step first, Step last, std::int64_t from,
                                           std::size_t maxBytes);
    [[nodiscard]] bool canSeek(std::int64_t message);
    [[nodiscard]] std::int64_t behindBrokenPages(std::int64_t broken,
                                                 std::optional<std::int64_t> total);

    std::filesystem::path m_path;
    std::unique_ptr<Database> m_database; ///< outlives the statements
    std::unique_ptr<Statements> m_statements;
    std::int64_t m_dataVersion = 0;
};

} // namespace rankscope::session
