// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/FigureSource.h"
#include "app/tables/Table.h"

namespace rankscope::figures {

/// Which numbers lie behind a panel.
enum class TableKind : unsigned char { Metrics, Cosine, Layers, Ranks };
[[nodiscard]] TableKind tableOf(PanelKind kind);
[[nodiscard]] const char* nameOf(TableKind kind);

/// The numbers behind a panel as CSV, at full resolution, over the visible steps or at the map's
/// step: byte for byte what `rankscope metrics --steps` and `rankscope cosine` print.
/// Errors: Unavailable; those of reading sketches.
[[nodiscard]] Result<void> writeTable(FigureSource& source, const FigureRequest& request,
                                      TableKind kind, Numbers numbers, const tables::Sink& sink);

} // namespace rankscope::figures
