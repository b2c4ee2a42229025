// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace rankscope {

/// What kind of thing went wrong, for callers that act on it.
enum class ErrorCode {
    Usage,       ///< the caller asked for something impossible
    Io,          ///< the operating system refused (disk full, permission, missing file)
    Malformed,   ///< bytes that are not what they claim to be
    Unsupported, ///< well-formed, but of a newer version than this program knows
    Damaged,     ///< ours, but a checksum or the structure does not hold
    Busy,        ///< in use by somebody else (port, file)
    Conflict,    ///< belongs to another run
    Unavailable, ///< nothing there yet, or no longer
};

/// An error of the world (never a bug of ours: those are asserted).
struct Error {
    ErrorCode code = ErrorCode::Io;
    std::string what;   ///< what happened, one sentence without a final stop
    std::string advice; ///< what to do about it; may be empty
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string what,
                                                std::string advice = {}) {
    return tl::unexpected<Error>(Error{code, std::move(what), std::move(advice)});
}

} // namespace rankscope
