// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/FigureSource.h"
#include "app/export/Page.h"

#include <span>

namespace rankscope::figures {

/// The panels of a request, filled from its sources (one per file, in their order): a row per
/// panel and a column per run, or several runs of one panel in a grid.
/// Errors: Unavailable when a run has nothing to show in a panel.
[[nodiscard]] Result<Page> pageOf(const FigureRequest& request,
                                  std::span<FigureSource* const> sources);

} // namespace rankscope::figures
