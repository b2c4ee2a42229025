// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/ChartFrame.h"

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

class QWidget;

namespace rankscope::widgets {

/// All colours of the program. Ink for the mean, grey for the healthy, orange for the departed,
/// blue for what the user chose; red only for a lost link or a bad file.
///
/// Widgets ask of(this) while painting: the application's palette says which theme is in force,
/// so a change reaches them as QEvent::PaletteChange and needs no further wiring.
struct Theme {
    bool dark = true;
    QColor window, surface, plot, raised, border, grid;
    QColor text1, text2, text3;
    QColor mean, healthy, departed, chosen, lost;
    QColor selectedRow, onAccent;

    [[nodiscard]] static const Theme& darkTheme();
    [[nodiscard]] static const Theme& lightTheme();
    /// Of figures, whatever the screen shows.
    [[nodiscard]] static const Theme& printTheme();
    [[nodiscard]] static const Theme& of(const QWidget* widget);

    [[nodiscard]] QColor ink(Ink ink) const;
    [[nodiscard]] QPalette palette() const;
    /// Replaces @name by the colour of that name, longest name first.
    [[nodiscard]] QString fill(QString styleSheet) const;
};

/// Opacity of values that are not of now any more.
inline constexpr double kOldValues = 0.6;

/// Sizes in device-independent pixels.
namespace font {
inline constexpr int kFirstRun = 26, kVerdict = 17, kList = 13, kBody = 12, kAxis = 11;
inline constexpr double kLayer = 10.5;

/// How much larger than by default the system wants its text; 1 to 1.2. See adoptSystemSize().
[[nodiscard]] double systemScale();
/// Takes the system's font size over. Call once, before applyTheme().
void adoptSystemSize();
/// A length that goes with text, in whole pixels.
[[nodiscard]] int scaled(int pixels);

/// Makes the fonts in the resources known to Qt. Call once, with a QGuiApplication alive.
void load();
[[nodiscard]] QFont text(double pixels, bool medium = false);
[[nodiscard]] QFont mono(double pixels);
} // namespace font

/// Installs style, palette, style sheet and font on the application.
void applyTheme(const Theme& theme);

} // namespace rankscope::widgets
