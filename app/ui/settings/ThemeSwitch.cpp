// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/settings/ThemeSwitch.h"

#include "app/ui/settings/PreferenceStore.h"
#include "widgets/common/Theme.h"

#include <QGuiApplication>
#include <QPalette>

namespace rankscope::ui {

ThemeSwitch::ThemeSwitch(PreferenceStore& preferences, std::optional<ThemeChoice> forced,
                         QObject* parent)
    : QObject(parent),
      m_kept(preferences.get().theme),
      m_systemIsDark(QGuiApplication::palette().color(QPalette::Window).lightness() < 128) {
    apply(forced.value_or(m_kept));
    connect(&preferences, &PreferenceStore::changed, this, [this, store = &preferences] {
        if (store->get().theme == m_kept)
            return;
        m_kept = store->get().theme;
        apply(m_kept);
    });
}

void ThemeSwitch::apply(ThemeChoice choice) {
    const bool dark =
        choice == ThemeChoice::Dark || (choice == ThemeChoice::System && m_systemIsDark);
    widgets::applyTheme(dark ? widgets::Theme::darkTheme() : widgets::Theme::lightTheme());
}

} // namespace rankscope::ui
