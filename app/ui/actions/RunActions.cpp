// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/Listener.h"
#include "app/ui/MainWindow.h"
#include "app/ui/RunController.h"
#include "app/ui/actions/Actions.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>

namespace rankscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(RunActions)
};

} // namespace

void addRunMenu(const ActionScope& scope) {
    RunController* c = scope.controller;
    QMenu* menu = addMenu(scope, "runMenu", Words::tr("&Run"));
    const auto add = [=](const char* name, const QString& text, QKeySequence keys, auto slot) {
        QAction* action = addAction(menu, name, text, keys);
        QObject::connect(action, &QAction::triggered, c, slot);
        return action;
    };
    add("play", Words::tr("Play or pause"), Qt::Key_Space, &RunController::playOrPause);
    QAction* loop =
        addAction(menu, "loop", Words::tr("Repeat what is visible"), Qt::CTRL | Qt::Key_L);
    loop->setCheckable(true);
    QObject::connect(loop, &QAction::triggered, c, &RunController::setLoop);
    QObject::connect(c, &RunController::changed, loop,
                     [=] { loop->setChecked(c->view().loops()); });
    QObject::connect(addAction(menu, "listen", Words::tr("Listen for ranks")), &QAction::triggered,
                     scope.listener, &Listener::listen);
    add("live", Words::tr("Live"), Qt::Key_L, &RunController::goLive);
    menu->addSeparator();
    add("stepBack", Words::tr("One step back"), Qt::Key_Left, [c] { c->moveBy(-1); });
    add("stepForward", Words::tr("One step forward"), Qt::Key_Right, [c] { c->moveBy(1); });
    add("tenBack", Words::tr("Ten steps back"), Qt::SHIFT | Qt::Key_Left, [c] { c->moveBy(-10); });
    add("tenForward", Words::tr("Ten steps forward"), Qt::SHIFT | Qt::Key_Right,
        [c] { c->moveBy(10); });
    add("firstStep", Words::tr("First step"), Qt::Key_Home, &RunController::toFirst);
    add("lastStep", Words::tr("Last step"), Qt::Key_End, &RunController::toLast);
    menu->addSeparator();
    add("deselect", Words::tr("Deselect"), Qt::Key_Escape, &RunController::clearSelection);
}

} // namespace rankscope::ui
