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
    bool anyLive = false;
    std::uint32_t world = 0;
    TimePoint began = now;
    std::unordered_set<RankId> came;
    for (const Presence& one : all) {
        if (one.generation != newest) {
            continue;
        }
        anyLive = anyLive || (!one.left && now - one.heard < silent);
        world = std::max(world, one.world);
        began = std::min(began, one.joined);
        came.insert(one.rank);
    }
    const bool waitsForOthers = came.size() < world && now - began < silent;
    roll.ended = !anyLive && !waitsForOthers;
    return roll;
}

} // namespace rankscope::link
