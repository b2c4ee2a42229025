// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QList>
#include <QString>

class QAction;
class QMenu;
class QWidget;

namespace rankscope::ui {

class Listener;
class MainWindow;
class PreferenceStore;
class RunController;

/// What the actions of the menus act on.
struct ActionScope {
    MainWindow* window;
    RunController* controller;
    PreferenceStore* preferences;
    Listener* listener;
};

/// A menu of the window's menu bar.
[[nodiscard]] QMenu* addMenu(const ActionScope& scope, const char* name, const QString& title);
/// Every action has a name: tests, the palette and the help find it by that.
QAction* addAction(QMenu* menu, const char* name, const QString& text,
                   const QKeySequence& keys = {});

// One menu each, in the order of the menu bar.
void addFileMenu(const ActionScope& scope);
void addViewMenu(const ActionScope& scope);
void addRunMenu(const ActionScope& scope);
void addCompareMenu(const ActionScope& scope);
void addFiguresMenu(const ActionScope& scope);
void addWindowMenu(const ActionScope& scope);
void addHelpMenu(const ActionScope& scope);

/// All that a menu or a menu bar holds, submenus included, in their order. Neither separators nor
/// menus.
[[nodiscard]] QList<QAction*> allActions(const QWidget& menus);

} // namespace rankscope::ui
