// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/settings/Preferences.h"

#include "app/engine/session/SessionAddress.h"

#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>
#include <algorithm>
#include <array>

namespace rankscope::ui {
namespace {

constexpr int kMostLayouts = 50;

QString themeName(ThemeChoice theme) {
    static const std::array kNames{QStringLiteral("system"), QStringLiteral("dark"),
                                   QStringLiteral("light")};
    return kNames[static_cast<std::size_t>(theme)];
}

} // namespace

std::optional<ThemeChoice> themeNamed(const QString& name) {
    for (const ThemeChoice theme : {ThemeChoice::System, ThemeChoice::Dark, ThemeChoice::Light})
        if (name == themeName(theme))
            return theme;
    return std::nullopt;
}

void Preferences::addRecent(const QString& file) {
    const bool endpoint = engine::isEndpoint(file.toStdString());
    const QString whole = endpoint ? file : QFileInfo(file).absoluteFilePath();
    recent.removeAll(whole);
    recent.prepend(whole);
    recent = recent.mid(0, kMostRecent);
}

Preferences readPreferences(const QString& file) {
    QSettings in(file, QSettings::IniFormat);
    Preferences read;
    read.recent =
        in.value(QStringLiteral("recent")).toStringList().mid(0, Preferences::kMostRecent);
    read.theme = themeNamed(in.value(QStringLiteral("theme")).toString()).value_or(read.theme);
    read.geometry = in.value(QStringLiteral("geometry")).toByteArray();
    read.layout = in.value(QStringLiteral("layout")).toByteArray();
    read.figureFolder = in.value(QStringLiteral("figureFolder")).toString();
    read.reopen = in.value(QStringLiteral("reopen")).toBool();
    read.session = in.value(QStringLiteral("session")).toStringList();
    const int layouts = std::min(in.beginReadArray(QStringLiteral("layouts")), kMostLayouts);
    for (int i = 0; i < layouts; ++i) {
        in.setArrayIndex(i);
        const QString name = in.value(QStringLiteral("name")).toString();
        if (!name.isEmpty())
            read.layouts.insert(name, in.value(QStringLiteral("layout")).toByteArray());
    }
    in.endArray();
    return read;
}

bool writePreferences(const QString& file, const Preferences& preferences) {
    QSettings out(file, QSettings::IniFormat);
    out.clear();
    out.setValue(QStringLiteral("recent"), preferences.recent);
    out.setValue(QStringLiteral("theme"), themeName(preferences.theme));
    out.setValue(QStringLiteral("geometry"), preferences.geometry);
    out.setValue(QStringLiteral("layout"), preferences.layout);
    out.setValue(QStringLiteral("figureFolder"), preferences.figureFolder);
    out.setValue(QStringLiteral("reopen"), preferences.reopen);
    out.setValue(QStringLiteral("session"), preferences.session);
    out.beginWriteArray(QStringLiteral("layouts"));
    int i = 0;
    for (auto layout = preferences.layouts.begin(); layout != preferences.layouts.end(); ++layout) {
        out.setArrayIndex(i++);
        out.setValue(QStringLiteral("name"), layout.key());
        out.setValue(QStringLiteral("layout"), layout.value());
    }
    out.endArray();
    out.sync();
    return out.status() == QSettings::NoError;
}

QString defaultPreferencesFile() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
           QStringLiteral("/rankscope/rankscope-gui.ini");
}

} // namespace rankscope::ui
