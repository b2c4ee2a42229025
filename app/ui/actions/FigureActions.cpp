// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/MainWindow.h"
#include "app/ui/actions/Actions.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QPixmap>

namespace rankscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FigureActions)
};

} // namespace

void addFiguresMenu(const ActionScope& scope) {
    MainWindow* window = scope.window;
    QMenu* menu = addMenu(scope, "figuresMenu", Words::tr("F&igures"));
    QObject::connect(addAction(menu, "copyWindow", Words::tr("Copy a picture of the window")),
                     &QAction::triggered, window,
                     [window] { QApplication::clipboard()->setPixmap(window->grab()); });
}

} // namespace rankscope::ui
