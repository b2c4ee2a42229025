// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/FigureRequest.h"

#include <QString>
#include <QStringList>
#include <optional>

namespace rankscope::figures {

/// What `rankscope figure` was asked for.
struct FigureOrder {
    FigureRequest request;
    FigureTarget target;
    bool allPanels = false;
};
struct ParsedOrder {
    std::optional<FigureOrder> order; ///< none: print `text` and exit with `exitCode`
    QString text;
    int exitCode = 0;
};
/// `arguments`: without the program and `figure`.
[[nodiscard]] ParsedOrder parseFigureOrder(const QStringList& arguments);

/// Makes the figure, says on stdout which files were written and on stderr what went wrong.
/// Needs a QGuiApplication with the fonts loaded. Returns the exit code.
[[nodiscard]] int runFigureOrder(const FigureOrder& order);

} // namespace rankscope::figures
