// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/actions/Actions.h"
#include "app/ui/models/ChartModel.h"

#include <QPoint>

namespace rankscope::ui {

/// Where a menu of a chart was asked for; see ChartsPane::contextRequested.
struct ChartPlace {
    ChartKind kind = ChartKind::Loss;
    QPoint global;
    double step = 0, y = 0;
    int rank = -1, note = -1, reference = -1;
};

/// The menu of that place in a chart. It deletes itself when it is closed.
void showChartMenu(const ActionScope& scope, const ChartPlace& place);

/// Asks for the words of a new or an old note. `at`: global; null: the window chooses.
void askForNote(const ActionScope& scope, double step, int note, QPoint at = {});
/// Asks for the value and the name of a new or an old line, such as "2.1 target".
void askForReference(const ActionScope& scope, ChartKind kind, double value, int reference = -1,
                     QPoint at = {});

/// Notes and reference lines without a mouse: a submenu of the View menu.
void addNotesMenu(QMenu* menu, const ActionScope& scope);

} // namespace rankscope::ui
