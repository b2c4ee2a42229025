// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/MainWindow.h"
#include "app/ui/actions/Actions.h"
#include "app/ui/panels/Dock.h"
#include "app/ui/panels/RunPane.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>

namespace rankscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(WindowActions)
};

} // namespace

void addWindowMenu(const ActionScope& scope) {
    MainWindow* window = scope.window;
    QMenu* menu = addMenu(scope, "windowMenu", Words::tr("&Window"));
    for (Dock* dock : window->run()->docks()) {

        dock->toggleViewAction()->setObjectName(
            QStringLiteral("toggle.%1").arg(dock->objectName()));
        menu->addAction(dock->toggleViewAction());
    }
    menu->addSeparator();
    QAction* full = addAction(menu, "fullScreen", Words::tr("Full screen"), Qt::Key_F11);
    full->setCheckable(true);
    QObject::connect(full, &QAction::triggered, window, [window](bool on) {
        window->setWindowState(window->windowState().setFlag(Qt::WindowFullScreen, on));
    });
}

} // namespace rankscope::ui
