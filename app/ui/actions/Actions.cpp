// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/actions/Actions.h"

#include "app/ui/MainWindow.h"

#include <QAction>
#include <QMenu>
#include <QMenuBar>

namespace rankscope::ui {
namespace {

void collect(const QList<QAction*>& from, QList<QAction*>& found) {
    for (QAction* action : from) {
        if (action->menu() != nullptr)
            collect(action->menu()->actions(), found);
        else if (!action->isSeparator())
            found.append(action);
    }
}

} // namespace

QMenu* addMenu(const ActionScope& scope, const char* name, const QString& title) {
    QMenu* menu = scope.window->menuBar()->addMenu(title);
    menu->setObjectName(QLatin1String(name));
    return menu;
}

QAction* addAction(QMenu* menu, const char* name, const QString& text, const QKeySequence& keys) {
    QAction* action = menu->addAction(text);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(keys);
    return action;
}

QList<QAction*> allActions(const QWidget& menus) {
    QList<QAction*> found;
    collect(menus.actions(), found);
    return found;
}

} // namespace rankscope::ui
