// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/settings/Preferences.h"

#include <QObject>
#include <optional>

namespace rankscope::ui {

class PreferenceStore;

/// Keeps the program in the theme that the user has chosen. GUI thread only.
class ThemeSwitch final : public QObject {
    Q_OBJECT

  public:
    /// `forced` holds until another theme is chosen, and is not remembered.
    ThemeSwitch(PreferenceStore& preferences, std::optional<ThemeChoice> forced = std::nullopt,
                QObject* parent = nullptr);

  private:
    void apply(ThemeChoice choice);

    ThemeChoice m_kept;
    bool m_systemIsDark; ///< as the platform said before the first of our palettes
};

} // namespace rankscope::ui
