// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/session/Notes.h"
#include "app/ui/models/ChartModel.h"

#include <map>
#include <string>
#include <vector>

/// Notes as the charts, the timeline and figures show them. Ids are places in engine::Notes.
namespace rankscope::ui {

/// As the notes file calls it.
[[nodiscard]] std::string panelName(ChartKind kind);

[[nodiscard]] std::vector<widgets::NoteMark> noteMarks(const engine::Notes& notes);
/// A line of a panel that this program does not have is not shown.
[[nodiscard]] std::map<ChartKind, std::vector<widgets::ReferenceLine>>
referenceLines(const engine::Notes& notes);

} // namespace rankscope::ui
