// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rankscope::session {

using Bytes = std::vector<std::byte>;

/// What is kept beside the records so that a long run opens fast. All of it can be made anew from
/// them: a session without it, or with damaged parts of it, is whole.
enum class DerivedKind : std::uint8_t {
    Digest = 1,   ///< number 0: what is known of the run as a whole, up to a message
    Overview = 2, ///< least, greatest and mean of many steps
    Curves = 3,   ///< values of consecutive steps
};

struct Derived {
    DerivedKind kind = DerivedKind::Digest;
    std::int64_t number =
        0;      ///< 0 to 2^48 - 1; what is kept of a kind is numbered by what it covers
    Bytes data; ///< at most 2 MiB
};

} // namespace rankscope::session
