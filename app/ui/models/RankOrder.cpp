// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/RankOrder.h"

#include <algorithm>
#include <map>
#include <set>

namespace rankscope::ui {
namespace {

const std::string& hostOf(const engine::RunFrame& frame, RankId rank) {
    static const std::string kUnknown;
    const engine::WorkerRow* row = workerOf(frame, rank);
    return row == nullptr ? kUnknown : row->host;
}

/// Stable, so that ranks of one place keep their order.
template <typename PlaceOf>
void sortByPlace(std::vector<RankId>& ranks, PlaceOf placeOf) {
    std::vector<std::pair<std::size_t, RankId>> placed;
    placed.reserve(ranks.size());
    for (const RankId rank : ranks)
        placed.emplace_back(placeOf(rank), rank);
    std::stable_sort(placed.begin(), placed.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::transform(placed.begin(), placed.end(), ranks.begin(),
                   [](const auto& place) { return place.second; });
}

} // namespace

std::vector<RankId> orderedRanks(std::vector<RankId> ranks, const engine::RunFrame& frame,
                                 const MapOptions& options) {
    if (options.order == MapOrder::Host) {
        std::map<std::string, std::size_t> first;
        sortByPlace(ranks, [&](RankId rank) {
            return first.emplace(hostOf(frame, rank), first.size()).first->second;
        });
    } else if (options.order == MapOrder::Similarity) {
        std::map<RankId, std::size_t> places;
        for (const RankId rank : options.similar)
            places.emplace(rank, places.size());
        sortByPlace(ranks, [&](RankId rank) {
            const auto place = places.find(rank);
            return place == places.end() ? places.size() : place->second;
        });
    }
    return ranks;
}

std::vector<widgets::HeatmapBlock> hostBlocks(const std::vector<RankId>& ranks,
                                              const engine::RunFrame& frame) {
    std::vector<widgets::HeatmapBlock> blocks;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        const std::string& host = hostOf(frame, ranks[i]);
        const int index = static_cast<int>(i);
        if (!blocks.empty() && blocks.back().name == host)
            blocks.back().last = index;
        else if (seen.insert(host).second)
            blocks.push_back({index, index, host});
        else
            return {}; // a host in pieces
    }
    return blocks.size() > 1 ? blocks : std::vector<widgets::HeatmapBlock>{};
}

const engine::WorkerRow* workerOf(const engine::RunFrame& frame, RankId rank) {
    const auto& workers = frame.cursor.workers;
    const auto found = std::lower_bound(
        workers.begin(), workers.end(), rank,
        [](const engine::WorkerRow& row, RankId r) { return row.metrics.rank < r; });
    return found == workers.end() || found->metrics.rank != rank ? nullptr : &*found;
}

int indexOf(const std::vector<RankId>& ranks, std::optional<RankId> rank) {
    const auto found = rank ? std::find(ranks.begin(), ranks.end(), *rank) : ranks.end();
    return found == ranks.end() ? -1 : static_cast<int>(found - ranks.begin());
}

} // namespace rankscope::ui
