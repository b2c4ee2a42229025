// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/settings/Preferences.h"

#include <QSize>
#include <QString>
#include <QStringList>
#include <optional>

namespace rankscope::ui {

/// What the program was asked to do. Read once, passed down.
struct LaunchOptions {
    QStringList files;    ///< addresses of sessions to show, several side by side; empty: listen
    bool listens = false; ///< asked for in so many words: no earlier session comes back
    QString endpoint;     ///< where to listen
    QString record;       ///< file to record to; empty: one in the user's data folder
    QString screenshot;
    double afterSeconds = 0;
    bool atEnd = false; ///< the picture waits for the end of the run
    QSize size{1600, 1000};
    std::optional<ThemeChoice> theme; ///< none: the one of last time
};

struct ParsedCommandLine {
    std::optional<LaunchOptions> options; ///< none: print `text` and exit with `exitCode`
    QString text;
    int exitCode = 0;
};

[[nodiscard]] ParsedCommandLine parseCommandLine(const QStringList& arguments);

/// run-20260512-140233.rankscope in the user's data folder.
[[nodiscard]] QString defaultRecording();

} // namespace rankscope::ui
