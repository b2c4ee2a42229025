// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "app/ui/models/MapOrder.h"
#include "widgets/frames/HeatmapFrame.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Which rank stands where: one order for the maps and the table. Pure functions, no Qt.
namespace rankscope::ui {

struct MapOptions {
    MapOrder order = MapOrder::Rank;
    std::vector<RankId> similar; ///< by similarity; a rank that is not in it comes last
    std::optional<RankId> selected;
    std::optional<std::pair<RankId, RankId>> pair;
    bool operator==(const MapOptions&) const = default;
};

/// `ranks` (ascending) in the wanted order. By host: hosts in the order of their first ranks.
[[nodiscard]] std::vector<RankId>
orderedRanks(std::vector<RankId> ranks, const engine::RunFrame& frame, const MapOptions& options);

/// Hosts as blocks of `ranks`; empty unless there are several hosts, each in one piece.
[[nodiscard]] std::vector<widgets::HeatmapBlock> hostBlocks(const std::vector<RankId>& ranks,
                                                            const engine::RunFrame& frame);

/// Null for a rank that the cursor's frame doesn't know.
[[nodiscard]] const engine::WorkerRow* workerOf(const engine::RunFrame& frame, RankId rank);

/// -1: not there.
[[nodiscard]] int indexOf(const std::vector<RankId>& ranks, std::optional<RankId> rank);

} // namespace rankscope::ui
