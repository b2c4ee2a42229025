// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rankscope::session {

/// A session as a stream of events in the order of their arrival: the only door through which
/// live views, replay, the command line and the tests get data. A file that is being recorded is
/// read while it grows; that never disturbs the writer.
/// Not thread-safe: one thread owns a reader; open several for several threads.
/// The file is treated as hostile: read-only, bounded, every row's checksum is verified.
class SessionReader {
  public:
    /// Errors: Io (missing, unreadable), Malformed (not a session file), Unsupported (newer
    /// version), Damaged.
    [[nodiscard]] static Result<std::unique_ptr<SessionReader>>
    open(const std::filesystem::path& path);

    SessionReader(const SessionReader&) = delete;
    SessionReader& operator=(const SessionReader&) = delete;
    ~SessionReader();

    struct Info {
        std::string runId;
        std::string createdBy; ///< program and version
        std::int64_t createdUnixNs = 0;
        int formatVersion = 0;
        bool beingWritten = false; ///< a recorder holds it open now
        std::uint64_t bytes = 0;   ///< file and write-ahead log
    };
    [[nodiscard]] Result<Info> info() const;

    /// Appends the next events to `out`, at most about `maxEvents` (whole chunks; at least one
    /// chunk when there is one) and without sketches. Returns whether any were appended: false
    /// means that there is nothing further *now*; with a live file, call again later. A chunk whose
    /// checksum fails is skipped once, counted in damagedChunks(), and reading goes on behind it.
    [[nodiscard]] Result<bool> read(std::vector<wire::Event>& out, std::size_t maxEvents = 65536);

    /// Starts over from the first event.
    void rewind();

    /// Chunks passed over because their checksum or content did not hold.
    [[nodiscard]] std::uint64_t damagedChunks() const;

    struct StoredSketch {
        IncarnationId incarnation;
        Seq seq;
        RankId rank;
        wire::Sketch sketch;
    };
    /// All sketches stored for a step (every attempt; the caller picks by incarnation and seq).
    /// Empty when none were recorded.
    [[nodiscard]] Result<std::vector<StoredSketch>> sketches(Step step) const;

    /// Cheap test whether another process or thread committed since the last call.
    [[nodiscard]] Result<bool> changed();

  private:
    struct Impl;
    explicit SessionReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Result of reading every byte of a session file.
struct Verdict {
    std::uint64_t chunks = 0;
    std::uint64_t records = 0;       ///< step records that read back whole
    std::uint64_t declaredLost = 0;  ///< records in declared gaps: not damage
    std::vector<std::string> damage; ///< one sentence each; empty = sound
};

/// Reads everything, checks SQLite's own structure, every checksum and the accounting identity
/// (received + declared gaps = last seq) of every incarnation.
[[nodiscard]] Result<Verdict> verify(const std::filesystem::path& path);

} // namespace rankscope::session
