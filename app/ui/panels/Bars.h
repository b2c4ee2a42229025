// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QMainWindow;
class QToolBar;
class QWidget;

/// The bars that a run and a comparison have alike. The window owns them.
namespace rankscope::ui {

inline constexpr int kTimelineHeight = 80; ///< pixels

/// A bar at the top that nobody can move or close.
QToolBar* addFixedBar(QMainWindow* window, const QString& title, const char* name,
                      QWidget* content);

/// Transport and timeline side by side, at the bottom.
void addTimelineBar(QMainWindow* window, const QString& title, QWidget* transport,
                    QWidget* timeline);

} // namespace rankscope::ui
