// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"
#include "app/export/FigureRequest.h"
#include "app/export/FigureSource.h"

#include <memory>
#include <span>
#include <stop_token>
#include <vector>

/// The one way to a figure, for the window and for the command.
namespace rankscope::figures {

using Sources = std::vector<std::unique_ptr<FigureSource>>;

/// One per file, in their order. Errors: those of FigureSource::open.
[[nodiscard]] Result<Sources> openSources(const std::vector<std::filesystem::path>& files,
                                          const std::stop_token& stop = {});

/// Errors: those of pageOf().
[[nodiscard]] Result<Drawing> drawFigure(const FigureRequest& request, const Sources& sources);

/// Writes the figure and the numbers beside it, and says which files that made.
/// Errors: Usage (another kind of file), Io, those of drawFigure().
[[nodiscard]] Result<std::vector<std::filesystem::path>>
writeFigure(const FigureRequest& request, const FigureTarget& target, const Sources& sources);

/// The figures that writeAllPanels() makes where every panel has something to show.
[[nodiscard]] std::vector<std::filesystem::path> filesOfAll(const std::filesystem::path& target);

/// A figure of its own for every panel that has something to show, named after it: fig-loss.svg.
/// Errors: as writeFigure(); Unavailable when no panel has anything.
[[nodiscard]] Result<std::vector<std::filesystem::path>>
writeAllPanels(FigureRequest request, const FigureTarget& target, const Sources& sources);

} // namespace rankscope::figures
