// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "app/ui/models/RankOrder.h"
#include "widgets/frames/HeatmapFrame.h"

#include <string>

/// What the maps of ranks show. Pure functions, no Qt.
namespace rankscope::ui {

/// Cosines between the ranks at the cursor.
[[nodiscard]] widgets::HeatmapFrame cosineFrame(const engine::RunFrame& frame,
                                                const MapOptions& options);
/// The step that these cosines are of, or end at: they may lag behind the cursor.
[[nodiscard]] Step cosineStep(const engine::RunFrame& frame);
/// Leave-one-out cosine of each layer group and rank at the cursor, in the same columns.
[[nodiscard]] widgets::HeatmapFrame layerFrame(const engine::RunFrame& frame,
                                               const MapOptions& options);
/// How far each rank is from its peers over the visible steps, hosts together. Empty without
/// RunFrame::image. `following`: half a step of air on both sides, as in the charts.
[[nodiscard]] widgets::HeatmapFrame stepFrame(const engine::RunFrame& frame,
                                              const MapOptions& options, bool following);

/// "mean of 16 steps, exact", "from sketches": the dock's remark on what the cosines are.
[[nodiscard]] std::string cosineRemark(const engine::RunFrame& frame);

} // namespace rankscope::ui
