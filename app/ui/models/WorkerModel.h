// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/RunFrame.h"

#include <array>
#include <string>
#include <vector>

/// The workers at the cursor as text. Pure functions, no Qt.
namespace rankscope::ui {

inline constexpr std::size_t kWorkerColumns = 8;
struct WorkerColumn {
    const char* title;
    const char* explanation;
    bool number; ///< right-aligned
};
[[nodiscard]] const std::array<WorkerColumn, kWorkerColumns>& workerColumns();

struct WorkerText {
    RankId rank;
    std::array<std::string, kWorkerColumns> cells;
    bool alarming = false; ///< NaN or Inf at this step
    bool faint = false;    ///< nothing received at this step
};

[[nodiscard]] std::vector<WorkerText> workerTexts(const engine::RunFrame& frame);

} // namespace rankscope::ui
