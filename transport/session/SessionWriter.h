// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/Derived.h"
#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rankscope::session {

/// What a session file already holds of one incarnation: the collector starts from it after a
/// restart, so that nothing is stored twice and every ack stays true.
struct Progress {
    wire::Hello hello;
    Seq last;                   ///< highest seq stored or declared lost; received + declared = last
    std::uint64_t received = 0; ///< step records stored
    std::uint64_t declared = 0; ///< seqs declared lost
    std::optional<Seq> bye;     ///< lastSeq of the bye, when it came
};

inline constexpr std::uint64_t kAllSketches = std::numeric_limits<std::uint64_t>::max();

/// The one writer of a session file. FORMAT.md gives the schema.
/// Not thread-safe: one thread owns it. append() keeps events in memory, commit() makes them
/// durable (blocks for one fsync) and is the point after which they may be acknowledged.
class SessionWriter {
  public:
    struct Options {
        bool overwrite = false; ///< replace an existing file
        /// Does without SQLite's write-ahead log: slower, and readers may make a commit wait for a
        /// moment. Done by itself on file systems that are found to be a network's.
        bool onNetwork = false;
        /// How much of the file sketches may take, about: when it is nearly used up, sketches older
        /// than the newest quarter are kept for every second step only, then every fourth, and so
        /// on. 0: no sketches are stored. Records are always kept.
        std::uint64_t sketchBytes = kAllSketches;
    };

    /// Creates `path`, or continues it when it holds the run `runId` (or holds no run yet). A file
    /// of an older version becomes one of this version by that.
    /// Errors: Conflict (another run's session), Busy (somebody writes it), Unsupported (newer
    /// version), Malformed / Damaged (not a session file), Io.
    [[nodiscard]] static Result<std::unique_ptr<SessionWriter>>
    open(const std::filesystem::path& path, const std::string& runId, Options options);

    SessionWriter(const SessionWriter&) = delete;
    SessionWriter& operator=(const SessionWriter&) = delete;
    ~SessionWriter(); ///< commits what it can and closes

    /// What the user should know about where the file lies; empty when all is well.
    [[nodiscard]] const std::string& warning() const;

    /// Run id in the file; empty until a rank brought one.
    [[nodiscard]] const std::string& runId() const;
    [[nodiscard]] Result<void> setRunId(const std::string& runId);

    /// What the file holds, by incarnation, as of open().
    [[nodiscard]] const std::vector<Progress>& progress() const;

    /// How the books stand for whoever says this hello, with what waits for a commit.
    struct Standing {
        Seq last;                 ///< 0: it is new
        std::optional<Seq> bye;   ///< lastSeq of the bye, when it came
        bool helloStored = false; ///< this very hello is stored
    };
    [[nodiscard]] Standing standing(const wire::Hello& hello) const;

    /// Keeps events for the next commit, in the order given. Never fails, never blocks. Whatever
    /// is offered, the file's books stay right: what it holds already is passed over, and a hole in
    /// an incarnation's seqs that nobody declared becomes a Gap (GapCause::Undeclared).
    void append(std::span<const wire::Event> events);

    /// Messages in the file and pending: the next one gets this number.
    [[nodiscard]] std::int64_t messages() const;

    /// Keeps what was derived from the records for the next commit; takes the place of what the
    /// file has under the same kind and number. When it cannot be written (disk full) records go
    /// first: it waits for a later commit, but for what is beyond 32 MiB, which is dropped.
    void keep(std::vector<Derived> rows);

    /// Bytes of events appended and not yet committed.
    [[nodiscard]] std::size_t pendingBytes() const;

    /// Writes everything appended in one transaction. On an error (disk full) nothing is lost:
    /// the events stay pending and the next commit tries again.
    [[nodiscard]] Result<void> commit();

    /// Commits and folds the write-ahead log back, leaving one file; nothing may be appended after.
    /// When the commit fails the session stays open, and closing can be tried again.
    [[nodiscard]] Result<void> close();

  private:
    struct Impl;
    explicit SessionWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::session
