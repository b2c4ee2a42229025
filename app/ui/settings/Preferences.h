// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>
#include <optional>

namespace rankscope::ui {

enum class ThemeChoice : unsigned char { System, Dark, Light };
/// "system", "dark", "light"; none: another word.
[[nodiscard]] std::optional<ThemeChoice> themeNamed(const QString& name);

/// All that the program remembers from one start to the next.
struct Preferences {
    static constexpr int kMostRecent = 12;

    /// Session files with their whole path, and endpoints of recorders; newest first.
    QStringList recent;
    ThemeChoice theme = ThemeChoice::System;
    QByteArray geometry;               ///< of the window
    QByteArray layout;                 ///< of the panels, as they were left; empty: ours
    QMap<QString, QByteArray> layouts; ///< that the user gave a name
    QString figureFolder;              ///< where figures were written last
    bool reopen = false;               ///< show `session` again at the next start
    QStringList session;               ///< files that were shown when the window was closed

    void addRecent(const QString& file);
};

/// An INI file. What is missing or unusable there has its default.
[[nodiscard]] Preferences readPreferences(const QString& file);
/// Blocks while it writes. False: the file could not be written.
bool writePreferences(const QString& file, const Preferences& preferences);

/// In the user's configuration folder.
[[nodiscard]] QString defaultPreferencesFile();

} // namespace rankscope::ui
