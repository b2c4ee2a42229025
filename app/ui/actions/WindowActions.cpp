// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/MainWindow.h"
#include "app/ui/actions/Actions.h"
#include "app/ui/panels/Dock.h"
#include "app/ui/panels/Prompt.h"
#include "app/ui/panels/RunPane.h"
#include "app/ui/settings/PreferenceStore.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>

namespace rankscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(WindowActions)
};

void askForName(const ActionScope& scope) {
    scope.window->prompt()->ask(
        {Words::tr("Name of this layout"), {}, Words::tr("Four charts, wide"), {}},
        [scope](const QString& name) {
            if (name.isEmpty())
                return;
            const QByteArray state = scope.window->run()->saveState();
            scope.preferences->change([&](Preferences& kept) { kept.layouts.insert(name, state); });
        });
}

void fillLayouts(QMenu* menu, const ActionScope& scope) {
    menu->clear();
    const auto& layouts = scope.preferences->get().layouts;
    int number = 0;
    for (auto layout = layouts.begin(); layout != layouts.end(); ++layout, ++number) {
        QAction* action = addAction(menu, qPrintable(QStringLiteral("layout%1").arg(number)),
                                    Words::tr("Layout %1").arg(layout.key()));
        QObject::connect(
            action, &QAction::triggered, scope.window,
            [window = scope.window, state = layout.value()] { window->run()->setLayout(state); });
    }
    menu->addSeparator();
    QObject::connect(addAction(menu, "saveLayout", Words::tr("Save layout\u2026")),
                     &QAction::triggered, scope.window, [scope] { askForName(scope); });
    QObject::connect(addAction(menu, "resetLayout", Words::tr("Reset layout")), &QAction::triggered,
                     scope.window, [window = scope.window] { window->run()->setLayout({}); });
    number = 0;
    for (const QString& name : layouts.keys()) {
        QAction* forget =
            addAction(menu, qPrintable(QStringLiteral("forgetLayout%1").arg(number++)),
                      Words::tr("Forget layout %1").arg(name));
        // Queued: the menu that is on show must outlive the click.
        QObject::connect(
            forget, &QAction::triggered, scope.preferences,
            [preferences = scope.preferences, name] {
                preferences->change([&](Preferences& kept) { kept.layouts.remove(name); });
            },
            Qt::QueuedConnection);
    }
}

} // namespace

void addWindowMenu(const ActionScope& scope) {
    MainWindow* window = scope.window;
    QMenu* menu = addMenu(scope, "windowMenu", Words::tr("&Window"));
    for (Dock* dock : window->run()->docks()) {
        QAction* toggle = dock->toggleViewAction();
        toggle->setObjectName(QStringLiteral("toggle.%1").arg(dock->objectName()));
        menu->addAction(toggle);
    }
    menu->addSeparator();
    QMenu* layouts = menu->addMenu(Words::tr("Layouts"));
    layouts->setObjectName(QStringLiteral("layoutMenu"));
    fillLayouts(layouts, scope);
    QObject::connect(scope.preferences, &PreferenceStore::changed, layouts,
                     [layouts, scope] { fillLayouts(layouts, scope); });
    menu->addSeparator();
    QAction* full = addAction(menu, "fullScreen", Words::tr("Full screen"), Qt::Key_F11);
    full->setCheckable(true);
    QObject::connect(full, &QAction::triggered, window, [window](bool on) {
        window->setWindowState(window->windowState().setFlag(Qt::WindowFullScreen, on));
    });
}

} // namespace rankscope::ui
