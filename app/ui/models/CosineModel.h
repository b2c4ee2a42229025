// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/RunFrame.h"
#include "widgets/frames/HeatmapFrame.h"

#include <optional>
#include <string>

/// What the cosine map and the layer map show at the cursor. Pure functions, no Qt.
namespace rankscope::ui {

[[nodiscard]] widgets::HeatmapFrame cosineFrame(const engine::RunFrame& frame,
                                                std::optional<RankId> selected);

[[nodiscard]] widgets::HeatmapFrame layerFrame(const engine::RunFrame& frame,
                                               std::optional<RankId> selected);

/// "exact", "from sketches, ±.003 (2 sd)": the dock's remark on where the cosines come from.
[[nodiscard]] std::string cosineRemark(const engine::RunFrame& frame);

} // namespace rankscope::ui
