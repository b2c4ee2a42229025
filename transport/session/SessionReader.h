// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionRows.h"
#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rankscope::session {

/// A session as a stream of events in the order of their arrival: the only door through which
/// live views, replay, the command line and the tests get data, wherever the session lies. One that
/// is being recorded is read while it grows; that never disturbs the writer.
/// Messages have numbers, from 0 in the order of their arrival.
/// Not thread-safe: one thread owns a reader; open several for several threads.
/// The rows are treated as hostile: bounded, every row's checksum is verified. Errors of every call
/// are those of SessionRows.
class SessionReader {
  public:
    /// Over a file. Errors: Io (missing, unreadable), Malformed (not a session file), Unsupported
    /// (newer version), Damaged.
    [[nodiscard]] static Result<std::unique_ptr<SessionReader>>
    open(const std::filesystem::path& path);
    [[nodiscard]] static std::unique_ptr<SessionReader> over(std::unique_ptr<SessionRows> rows);

    SessionReader(const SessionReader&) = delete;
    SessionReader& operator=(const SessionReader&) = delete;
    ~SessionReader();

    [[nodiscard]] Result<SessionHead> head() const;

    /// Appends the next events to `out`, at most about `maxEvents` (whole chunks; at least one
    /// chunk when there is one) and without sketches. Returns whether any were appended: false
    /// means that there is nothing further *now*; with a live file, call again later. A chunk whose
    /// checksum fails is skipped once, counted in damagedChunks(), and reading goes on behind it.
    [[nodiscard]] Result<bool> read(std::vector<wire::Event>& out, std::size_t maxEvents = 65536);

    /// Starts over from the first event.
    void rewind();
    /// Number of the message that read() goes on with: so many have been read or passed over.
    [[nodiscard]] std::int64_t position() const;
    /// How much of what is there read() has read, from 0 to 1: as of its last fetch.
    [[nodiscard]] double share() const;
    /// read() goes on with this message, or the first one behind it.
    void seek(std::int64_t message);

    /// Appends to `out`, in the order of their arrival, all messages of the chunks that may hold
    /// records of the steps first <= step < last (so others too), as far as they have numbers below
    /// `before`: with position() a reader never sees ahead of itself. read() goes on where it was.
    /// Damaged chunks are passed over as in read().
    [[nodiscard]] Result<void> eventsOfSteps(Step first, Step last, std::int64_t before,
                                             std::vector<wire::Event>& out);

    /// What was derived from the records and kept, numbers first <= number < last, ascending;
    /// what is missing or damaged is left out.
    [[nodiscard]] Result<std::vector<Derived>> derived(DerivedKind kind, std::int64_t first,
                                                       std::int64_t last) const;

    /// Chunks passed over because their checksum or content did not hold. (What is derived is not
    /// among them: nothing is lost with it.)
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

    /// Cheap test whether something was committed since the last call.
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
    std::uint64_t thinned = 0;       ///< chunks of sketches that were dropped to save space, but
    std::int64_t sketchStride = 1;   ///< never one of a step that is a multiple of this
    std::uint64_t declaredLost = 0;  ///< records in declared gaps: not damage
    std::vector<std::string> damage; ///< one sentence each; empty = sound
};

/// Reads everything, checks SQLite's own structure, every checksum and the accounting identity
/// (received + declared gaps = last seq) of every incarnation.
[[nodiscard]] Result<Verdict> verify(const std::filesystem::path& path);

} // namespace rankscope::session
