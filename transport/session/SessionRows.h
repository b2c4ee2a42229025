// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"
#include "transport/wire/Types.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rankscope::session {

using Bytes = std::vector<std::byte>;

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

/// What is kept beside the records so that a long run opens fast. All of it can be made anew from
/// them: a session without it, or with damaged parts of it, is whole.
enum class DerivedKind : std::uint8_t {
    Digest = 1,   ///< number 0: what is known of the run as a whole, up to a message
    Overview = 2, ///< least, greatest and mean of many steps
    Curves = 3,   ///< values of consecutive steps
};
struct DerivedRow {
    DerivedKind kind = DerivedKind::Digest;
    std::int64_t number = 0; ///< 0 to 2^48 - 1; rows of a kind are numbered by what they cover
    Bytes data;
    std::int64_t crc = 0;
};

/// What stands in a session's head.
struct SessionHead {
    std::string runId;
    std::string createdBy; ///< program and version
    std::int64_t createdUnixNs = 0;
    int formatVersion = 0;
    bool beingWritten = false; ///< a recorder holds it open now
    std::uint64_t bytes = 0;   ///< file and write-ahead log
};

/// The rows of a session as they are stored, wherever it lies: in a file of this machine, or behind
/// a recorder's view port. Decodes nothing and checks no row: SessionReader does, so that checksums
/// hold from the writer to the viewer. Every call is bounded by `maxBytes` (of row data; at least
/// one row comes when there is one). One thread owns an object.
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
    /// The chunk that holds message `from` (or else the next one) and those behind it.
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
