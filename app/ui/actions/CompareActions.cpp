// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/CompareDesk.h"
#include "app/ui/MainWindow.h"
#include "app/ui/RunController.h"
#include "app/ui/actions/Actions.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>

namespace rankscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(CompareActions)
};

} // namespace

void addCompareMenu(const ActionScope& scope) {
    MainWindow* window = scope.window;
    QMenu* menu = addMenu(scope, "compareMenu", Words::tr("&Compare"));
    QObject::connect(addAction(menu, "compareFiles", Words::tr("Sessions side by side\u2026"),
                               Qt::CTRL | Qt::SHIFT | Qt::Key_O),
                     &QAction::triggered, window, &MainWindow::chooseFiles);
    RunController* c = scope.controller;
    QAction* with = addAction(menu, "compareWith", Words::tr("Compare with\u2026"));
    QObject::connect(with, &QAction::triggered, window, [=] {
        window->compare()->chooseBeside(c->source() ? QString::fromStdString(c->source()->file)
                                                    : QString());
    });
    const auto enable = [=] { with->setEnabled(window->compares() || c->source().has_value()); };
    enable();
    QObject::connect(c, &RunController::sourceChanged, with, enable);
    QObject::connect(window, &MainWindow::pageChanged, with, enable);
    QAction* back = addAction(menu, "leaveComparison", Words::tr("Back to the run"));
    QObject::connect(back, &QAction::triggered, window, &MainWindow::leaveComparison);
    back->setEnabled(false);
    QObject::connect(window, &MainWindow::pageChanged, back,
                     [=] { back->setEnabled(window->compares()); });
}

} // namespace rankscope::ui
