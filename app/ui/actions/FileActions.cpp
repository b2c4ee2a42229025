// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/MainWindow.h"
#include "app/ui/actions/Actions.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>

namespace rankscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FileActions)
};

} // namespace

void addFileMenu(const ActionScope& scope) {
    MainWindow* window = scope.window;
    QMenu* menu = addMenu(scope, "fileMenu", Words::tr("&File"));
    QObject::connect(addAction(menu, "open", Words::tr("Open\u2026"), Qt::CTRL | Qt::Key_O),
                     &QAction::triggered, window, &MainWindow::chooseFiles);
    menu->addSeparator();
    QObject::connect(addAction(menu, "quit", Words::tr("Quit"), Qt::CTRL | Qt::Key_Q),
                     &QAction::triggered, window, &QWidget::close);
}

} // namespace rankscope::ui
