// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/Derived.h"
#include "transport/wire/Result.h"
#include "transport/wire/Types.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rankscope::session {

/// A chunk of messages; FORMAT.md has the columns of all rows.
struct EventRow {
    std::int64_t first = 0, firstStep = -1, lastStep = -1, count = 0;
    Bytes data;
    std::int64_t crc = 0;
};

/// A chunk of one step's sketches.
struct SketchRow {
    std::int64_t id = 0, step = 0, count = 0;
    Bytes data;
    std::int64_t crc = 0;
};

struct DerivedRow : Derived {
    std::int64_t crc = 0;
};

/// What stands in a session's head.
struct SessionHead {
    std::string runId;
    std::string createdBy; ///< program and version
    std::int64_t createdUnixNs = 0;
    int formatVersion = 0;
    bool beingWritten = false;                                ///< a recorder holds it open now
    std::uint64_t bytes = 0;                                  ///< file and write-ahead log
    static constexpr std::uint64_t kMostIdleMs = 1ULL << 40U; ///< 35 years
    std::optional<std::uint64_t> idleMs; ///< since the last commit, at most that; none: not known
};

/// The rows of a session as they are stored, wherever it lies: in a file of this machine, or behind
/// a recorder's view port. Decodes nothing and checks no row: SessionReader does, so that checksums
/// hold from the writer to the viewer. Every call is bounded by `maxBytes` of row data, but that a
/// call which has something to give gives at least one row. One thread owns an object.
///
/// Errors of every call: Damaged (SQLite cannot read on), Io, and Unavailable when the other end
/// does not answer: the same call may succeed later, and nothing is lost or repeated by that.
class SessionRows {
  public:
    virtual ~SessionRows() = default;

    [[nodiscard]] virtual Result<SessionHead> head() = 0;

    /// Cheap test whether something was committed since the last call.
    [[nodiscard]] virtual Result<bool> changed() = 0;

    struct Events {
        std::vector<EventRow> rows; ///< ascending
        /// Messages in the session, of the same moment as the rows; nothing: its totals are
        /// damaged.
        std::optional<std::int64_t> total;
        /// Behind the rows, pages of the file are broken: reading may go on with this message.
        std::optional<std::int64_t> resume;
    };
    /// The chunk that holds message `from` (or else the next one) and those behind it; at least one
    /// that begins at `from` or behind it, if there is any. A damaged chunk may claim to hold it.
    [[nodiscard]] virtual Result<Events> events(std::int64_t from, std::size_t maxBytes) = 0;

    /// Chunks that may hold records of the steps first <= step < last, of those that hold messages
    /// from `from` on; ascending. `resume`: there are more, from this message on.
    [[nodiscard]] virtual Result<Events> eventsOfSteps(Step first, Step last, std::int64_t from,
                                                       std::size_t maxBytes) = 0;

    /// Ids behind `after`.
    [[nodiscard]] virtual Result<std::vector<SketchRow>> sketches(Step step, std::int64_t after,
                                                                  std::size_t maxBytes) = 0;

    /// Numbers first <= number < last, ascending; those that are missing are left out.
    [[nodiscard]] virtual Result<std::vector<DerivedRow>>
    derived(DerivedKind kind, std::int64_t first, std::int64_t last, std::size_t maxBytes) = 0;
};

} // namespace rankscope::session
