// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionRows.h"
#include "transport/wire/Result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

/// What viewers and a recorder's view port say to each other; PROTOCOL.md gives the bytes.
/// The functions are pure and safe to call from any thread.
namespace rankscope::view {

inline constexpr std::uint32_t kMinor = 1;

/// Bounds on everything that comes in.
namespace limits {
inline constexpr std::size_t kRequestBytes = 8192;
inline constexpr std::size_t kAskedBytes = 1U << 20U;  ///< row data that one answer is filled with
inline constexpr std::size_t kRowBytes = 4U << 20U;    ///< data of the one row that is larger
inline constexpr std::size_t kRows = 8192;             ///< in an answer
inline constexpr std::size_t kAnswerBytes = 6U << 20U; ///< rows, columns and heads
inline constexpr std::size_t kPieceBytes = 32U << 10U; ///< of an answer, in one message
} // namespace limits

// Requests.

/// Says who asks; the first thing on every connection, since an accepted connection of a tunnel
/// doesn't mean that its far end lives, or that it is the same recorder as before.
struct Attach {
    std::uint32_t minor = kMinor;
    std::string program; ///< and version, for display
    bool operator==(const Attach&) const = default;
};
struct AskHead {
    bool operator==(const AskHead&) const = default;
};
struct AskPulse {
    bool operator==(const AskPulse&) const = default;
};
/// The next four: see session::SessionRows.
struct AskEvents {
    std::int64_t from = 0;
    std::uint32_t maxBytes = 0;
    bool operator==(const AskEvents&) const = default;
};
struct AskSteps {
    Step first, last;
    std::int64_t from = 0;
    std::uint32_t maxBytes = 0;
    bool operator==(const AskSteps&) const = default;
};
struct AskSketches {
    Step step;
    std::int64_t after = 0;
    std::uint32_t maxBytes = 0;
    bool operator==(const AskSketches&) const = default;
};
struct AskDerived {
    session::DerivedKind kind = session::DerivedKind::Digest;
    std::int64_t first = 0, last = 0;
    std::uint32_t maxBytes = 0;
    bool operator==(const AskDerived&) const = default;
};
using Question =
    std::variant<Attach, AskHead, AskPulse, AskEvents, AskSteps, AskSketches, AskDerived>;

struct Request {
    std::uint64_t id = 0; ///< the viewer's choice; comes back with the answer
    Question question;
};

// Answers.

struct Attached {
    std::uint32_t minor = kMinor;
    std::string program;
    std::int64_t session = 0; ///< tells sessions apart: when it was created, ns since 1970
};
/// A number that changes whenever something was committed.
struct Pulse {
    std::uint64_t commits = 0;
};
using Answer =
    std::variant<Attached, session::SessionHead, Pulse, session::SessionRows::Events,
                 std::vector<session::SketchRow>, std::vector<session::DerivedRow>, Error>;

/// A part of an answer's bytes: large answers come in several messages, so that heartbeats get
/// through a slow link and a viewer's memory is bounded by what it takes.
struct Piece {
    std::uint64_t request = 0;
    std::uint32_t left = 0;          ///< pieces still to come
    std::span<const std::byte> data; ///< borrowed
};

[[nodiscard]] std::vector<std::byte> encode(const Request& request);
[[nodiscard]] std::vector<std::byte> encode(const Answer& answer);
[[nodiscard]] std::vector<std::byte> encode(const Piece& piece);

/// Every bound is checked before anything is allocated.
/// Errors: Malformed, Unsupported (a higher major version or unknown kind).
[[nodiscard]] Result<Request> decodeRequest(std::span<const std::byte> bytes);
[[nodiscard]] Result<Answer> decodeAnswer(std::span<const std::byte> bytes);
/// The data points into `bytes`.
[[nodiscard]] Result<Piece> decodePiece(std::span<const std::byte> bytes);

} // namespace rankscope::view
