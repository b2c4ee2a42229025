// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Types.h"

#include <chrono>
#include <cstdint>
#include <span>

namespace rankscope::link {

using TimePoint = std::chrono::steady_clock::time_point;

/// What is known of one incarnation's being there.
struct Presence {
    RankId rank;
    std::uint32_t generation = 0;
    std::uint32_t world = 1;
    TimePoint joined;  ///< first hello
    TimePoint heard;   ///< last sign of life
    bool left = false; ///< its bye is stored
};

/// How the newest generation stands.
enum class Attendance : std::uint8_t {
    NobodyYet, ///< no hello has come
    Present,   ///< a rank is live, or may still come
    Silent,    ///< nobody is live, and not all have said bye
    AllLeft,   ///< every rank has come and said bye
};

struct RollCall {
    std::uint32_t live = 0; ///< incarnations that were heard lately and have not left
    Attendance attendance = Attendance::NobodyYet;
};

/// A rank of the newest generation that never said hello counts as silent since the generation
/// began: the ranks of a job don't start at the same instant, and the first may be done before
/// the last has come. Pure function; linear in the number of incarnations.
[[nodiscard]] RollCall callRoll(std::span<const Presence> all, TimePoint now,
                                std::chrono::milliseconds silent);

} // namespace rankscope::link
