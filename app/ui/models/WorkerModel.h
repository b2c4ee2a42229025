// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "app/ui/models/RankChoice.h"
#include "app/ui/models/RankOrder.h"

#include <array>
#include <string>
#include <vector>

/// The workers at the cursor as text. Pure functions, no Qt.
namespace rankscope::ui {

inline constexpr std::size_t kWorkerColumns = 8;
struct WorkerColumn {
    std::string title, explanation;
};
[[nodiscard]] WorkerColumn workerColumn(std::size_t column);
/// Right-aligned, and sorted by WorkerText::numbers: all but the host.
[[nodiscard]] bool holdsNumber(std::size_t column);

struct WorkerText {
    RankId rank;
    std::array<std::string, kWorkerColumns> cells;
    std::array<double, kWorkerColumns> numbers{}; ///< to sort by; of columns that hold a number
    bool alarming = false;                        ///< NaN or Inf at this step
    bool faint = false;                           ///< nothing received at this step, or not shown
    bool pinned = false, hidden = false, soloed = false;
};

/// In the order of the maps. Ranks of other hosts than the chosen one are left out.
[[nodiscard]] std::vector<WorkerText>
workerTexts(const engine::RunFrame& frame, const MapOptions& options, const RankChoice& choice);

struct WorkerSort {
    std::size_t column = 0;
    bool descending = false;
    bool operator==(const WorkerSort&) const = default;
};
/// Stable; undefined numbers come last either way. By rank means: in the order of the maps.
void sortWorkers(std::vector<WorkerText>& rows, const WorkerSort& sort);

} // namespace rankscope::ui
