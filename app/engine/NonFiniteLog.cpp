// SPDX-License-Identifier: Apache-2.0
#include "app/engine/NonFiniteLog.h"

#include <algorithm>
#include <cmath>

namespace rankscope::engine {
namespace {

bool isMeasuredNonFinite(double value) {
    return !std::isfinite(value) && !analysis::isUndefined(value);
}

} // namespace

void NonFiniteLog::enter(std::uint64_t step, std::span<const analysis::RankMetrics> ranks) {
    for (auto& [rank, entries] : m_ranks) {
        erase(entries, step);
    }
    for (const analysis::RankMetrics& rank : ranks) {
        const bool gradient = rank.nonFinite.value_or(0) > 0 || isMeasuredNonFinite(rank.gradNorm);
        if (gradient || isMeasuredNonFinite(rank.loss)) {
            set(rank.rank, {step, gradient});
        }
    }
}

std::vector<NonFiniteRank> NonFiniteLog::upTo(double end) const {
    std::vector<NonFiniteRank> found;
    for (const auto& [rank, entries] : m_ranks) {
        const auto behind = std::upper_bound(
            entries.begin(), entries.end(), end,
            [](double at, const Entry& entry) { return at < static_cast<double>(entry.step); });
        if (behind != entries.begin()) {
            found.push_back({rank, Step{entries.front().step},
                             static_cast<std::uint64_t>(behind - entries.begin()),
                             entries.front().gradient});
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    return found;
}

void NonFiniteLog::set(RankId rank, Entry entry) {
    auto& entries = m_ranks[rank];
    const auto at =
        std::lower_bound(entries.begin(), entries.end(), entry.step,
                         [](const Entry& e, std::uint64_t step) { return e.step < step; });
    entries.insert(at, entry); // at the end, but for late data
}

void NonFiniteLog::erase(std::vector<Entry>& entries, std::uint64_t step) {
    if (entries.empty() || entries.back().step < step) {
        return;
    }
    const auto at = std::lower_bound(entries.begin(), entries.end(), step,
                                     [](const Entry& e, std::uint64_t s) { return e.step < s; });
    if (at->step == step) {
        entries.erase(at);
    }
}

} // namespace rankscope::engine
