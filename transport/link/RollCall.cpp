// SPDX-License-Identifier: Apache-2.0
#include "transport/link/RollCall.h"

#include <algorithm>
#include <unordered_set>

namespace rankscope::link {

RollCall callRoll(std::span<const Presence> all, TimePoint now, std::chrono::milliseconds silent) {
    if (all.empty()) {
        return {};
    }
    RollCall roll;
    std::uint32_t newest = 0;
    for (const Presence& one : all) {
        newest = std::max(newest, one.generation);
        roll.live += !one.left && now - one.heard < silent ? 1U : 0U;
    }
    bool anyLive = false, allLeft = true;
    std::uint32_t world = 0;
    TimePoint began = now;
    std::unordered_set<RankId> came;
    for (const Presence& one : all) {
        if (one.generation != newest) {
            continue;
        }
        anyLive = anyLive || (!one.left && now - one.heard < silent);
        allLeft = allLeft && one.left;
        world = std::max(world, one.world);
        began = std::min(began, one.joined);
        came.insert(one.rank);
    }
    const bool allCame = came.size() >= world;
    if (anyLive || (!allCame && now - began < silent)) {
        roll.attendance = Attendance::Present;
    } else {
        roll.attendance = allCame && allLeft ? Attendance::AllLeft : Attendance::Silent;
    }
    return roll;
}

} // namespace rankscope::link
