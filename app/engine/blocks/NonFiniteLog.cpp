// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/NonFiniteLog.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace rankscope::engine {
namespace {

bool isMeasuredNonFinite(double value) {
    return !std::isfinite(value) && !analysis::isUndefined(value);
}

/// First of the stretches that begin behind a step.
template <class Stretches>
auto behind(Stretches& stretches, std::uint64_t step) {
    return std::upper_bound(stretches.begin(), stretches.end(), step,
                            [](std::uint64_t at, const auto& s) { return at < s.first; });
}

} // namespace

void NonFiniteLog::enter(std::uint64_t step, std::span<const analysis::RankMetrics> ranks) {
    for (auto& [rank, stretches] : m_ranks) {
        erase(stretches, step);
    }
    for (const analysis::RankMetrics& rank : ranks) {
        const bool gradient = rank.nonFinite.value_or(0) > 0 || isMeasuredNonFinite(rank.gradNorm);
        if (gradient || isMeasuredNonFinite(rank.loss)) {
            set(m_ranks[rank.rank], step, gradient);
        }
    }
}

std::vector<NonFiniteRank> NonFiniteLog::upTo(double end) const {
    std::vector<NonFiniteRank> found;
    for (const auto& [rank, stretches] : m_ranks) {
        std::uint64_t steps = 0;
        for (const Stretch& s : stretches) {
            if (static_cast<double>(s.first) > end) {
                break;
            }
            const bool whole = static_cast<double>(s.last) <= end;
            steps += (whole ? s.last : static_cast<std::uint64_t>(end)) - s.first + 1;
        }
        if (steps > 0) {
            found.push_back(
                {rank, Step{stretches.front().first}, steps, stretches.front().gradient});
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    return found;
}

std::vector<NonFiniteLog::Entry> NonFiniteLog::entries() const {
    std::vector<Entry> result;
    for (const auto& [rank, stretches] : m_ranks) {
        for (const Stretch& s : stretches) {
            result.push_back({rank, s.first, s.last, s.gradient});
        }
    }
    return result;
}

void NonFiniteLog::append(const Entry& entry) {
    std::vector<Stretch>& stretches = m_ranks[entry.rank];
    if (!stretches.empty() && stretches.back().last + 1 == entry.first &&
        stretches.back().gradient == entry.gradient) {
        stretches.back().last = entry.last;
    } else {
        stretches.push_back({entry.first, entry.last, entry.gradient});
    }
}

void NonFiniteLog::set(std::vector<Stretch>& stretches, std::uint64_t step, bool gradient) {
    const auto next = behind(stretches, step);
    if (next != stretches.begin()) {
        Stretch& before = *std::prev(next);
        if (before.last + 1 == step && before.gradient == gradient) {
            before.last = step;
            return;
        }
    }
    stretches.insert(next, {step, step, gradient}); // at the end, but for late data
}

void NonFiniteLog::erase(std::vector<Stretch>& stretches, std::uint64_t step) {
    const auto next = behind(stretches, step);
    if (next == stretches.begin() || std::prev(next)->last < step) {
        return;
    }
    const auto at = std::prev(next);
    const Stretch whole = *at;
    const auto place = stretches.erase(at);
    const Stretch rest{step + 1, whole.last, whole.gradient};
    const Stretch start{whole.first, step - 1, whole.gradient};
    const auto kept = step < whole.last ? stretches.insert(place, rest) : place;
    if (step > whole.first) {
        stretches.insert(kept, start);
    }
}

} // namespace rankscope::engine
