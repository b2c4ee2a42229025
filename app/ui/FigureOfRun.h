// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/FigureRequest.h"

#include <optional>
#include <vector>

namespace rankscope::ui {

class CompareController;
class RankDocks;
class RunController;

/// A figure of what the window shows: the same steps, cursor, ranks and their order, layers
/// and smoothing. None
/// while no run is shown.
[[nodiscard]] std::optional<figures::FigureRequest>
figureOf(const RunController& controller, const RankDocks& ranks,
         std::vector<figures::PanelKind> panels);

/// A figure of the comparison that the window shows, side by side or in one plot as there.
[[nodiscard]] std::optional<figures::FigureRequest> figureOf(const CompareController& controller);

} // namespace rankscope::ui
