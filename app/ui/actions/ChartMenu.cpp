// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/actions/ChartMenu.h"

#include "app/ui/MainWindow.h"
#include "app/ui/NoteKeeper.h"
#include "app/ui/RunController.h"
#include "app/ui/panels/ChartsPane.h"
#include "app/ui/panels/RunPane.h"
#include "widgets/charts/ChartPanel.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>
#include <cmath>

namespace rankscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ChartMenu)
};

QString number(double value) {
    return QString::fromStdString(plainText(value));
}

void addNotes(QMenu* menu, const ActionScope& scope, const ChartPlace& place) {
    NoteKeeper* notes = scope.window->notes();
    if (place.note >= 0) {
        QObject::connect(addAction(menu, "editNote", Words::tr("Edit this note\u2026")),
                         &QAction::triggered, notes,
                         [=] { askForNote(scope, place.step, place.note, place.global); });
        QObject::connect(addAction(menu, "removeNote", Words::tr("Remove this note")),
                         &QAction::triggered, notes, [=] { notes->editNote(place.note, {}); });
    } else {
        QObject::connect(addAction(menu, "noteHere",
                                   Words::tr("Note at step %1\u2026").arg(std::lround(place.step))),
                         &QAction::triggered, notes,
                         [=] { askForNote(scope, std::round(place.step), -1, place.global); });
    }
    const auto ask = [=] {
        askForReference(scope, place.kind, place.y, place.reference, place.global);
    };
    if (place.reference >= 0) {
        QObject::connect(
            addAction(menu, "editReference", Words::tr("Edit this reference line\u2026")),
            &QAction::triggered, notes, ask);
        QObject::connect(
            addAction(menu, "removeReference", Words::tr("Remove this reference line")),
            &QAction::triggered, notes, [=] { notes->removeReference(place.reference); });
    } else {
        QObject::connect(addAction(menu, "referenceHere",
                                   Words::tr("Reference line at %1\u2026").arg(number(place.y))),
                         &QAction::triggered, notes, ask);
    }
}

void addRank(QMenu* menu, RunController* c, int number) {
    const RankId rank{static_cast<RankId::rep>(number)};
    const RankChoice& ranks = c->view().ranks();
    const auto add = [=](const char* name, const QString& text, auto slot) {
        QObject::connect(addAction(menu, name, text), &QAction::triggered, c, slot);
    };
    const bool soloed = ranks.soloed().count(rank) > 0, pinned = ranks.pinned().count(rank) > 0;
    if (ranks.selected() != rank)
        add("selectThis", Words::tr("Select rank %1").arg(number), [=] { c->selectRank(number); });
    add("soloThis",
        (soloed ? Words::tr("End solo of rank %1") : Words::tr("Solo rank %1")).arg(number),
        [=] { c->soloRank(rank, !soloed); });
    add("hideThis", Words::tr("Hide rank %1").arg(number), [=] { c->hideRank(rank, true); });
    add("pinThis", (pinned ? Words::tr("Unpin rank %1") : Words::tr("Pin rank %1")).arg(number),
        [=] { c->pinRank(rank, !pinned); });
}

} // namespace

void showChartMenu(const ActionScope& scope, const ChartPlace& place) {
    // Copy and export go by the panel that has the focus.
    scope.window->run()->charts()->panel(place.kind)->setFocus();
    auto* menu = new QMenu(scope.window);
    menu->setObjectName(QStringLiteral("chartMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addNotes(menu, scope, place);
    menu->addSeparator();
    if (place.rank >= 0)
        addRank(menu, scope.controller, place.rank);
    for (const char* shared : {"showAllRanks", "", "undoView", "resetView", "", "copyPanel",
                               "copyValues", "exportFigure"}) {
        auto* action = scope.window->findChild<QAction*>(QLatin1String(shared));
        if (action == nullptr)
            menu->addSeparator();
        else if (action->isEnabled())
            menu->addAction(action);
    }
    menu->popup(place.global);
}

} // namespace rankscope::ui
