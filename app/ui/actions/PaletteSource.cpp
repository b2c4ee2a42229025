// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/actions/PaletteSource.h"

#include "app/ui/MainWindow.h"
#include "app/ui/RunController.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>
#include <QMenuBar>
#include <QRegularExpression>

namespace rankscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Palette)
};

QString bare(QString text) {
    return text.remove(QLatin1Char('&'));
}

void addActions(const QList<QAction*>& actions, const QString& where, QList<PaletteEntry>& found) {
    for (QAction* action : actions) {
        if (action->menu() != nullptr) {
            addActions(action->menu()->actions(), bare(action->text()), found);
            continue;
        }
        if (action->isSeparator() || !action->isEnabled())
            continue;
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        found.append(
            {bare(action->text()), keys.isEmpty() ? where : keys, [action] { action->trigger(); }});
    }
}

void addRanks(RunController* c, QList<PaletteEntry>& found) {
    const RankChoice& ranks = c->view().ranks();
    for (const RankId rank : ranks.known())
        found.append({Words::tr("rank %1").arg(rank.value()), Words::tr("select"), [c, rank] {
                          if (c->selected() != rank)
                              c->selectRank(static_cast<int>(rank.value()));
                      }});
    const auto hosts = ranks.hosts();
    if (hosts.size() < 2)
        return;
    for (const std::string& host : hosts)
        found.append({Words::tr("host %1").arg(QString::fromStdString(host)),
                      Words::tr("show only its ranks"), [c, host] { c->setHost(host); }});
    found.append({Words::tr("all hosts"), Words::tr("show their ranks"), [c] { c->setHost({}); }});
}

void addStep(RunController* c, const QString& query, QList<PaletteEntry>& found) {
    static const QRegularExpression kNumber(QStringLiteral("(\\d{1,15})\\s*$"));
    const auto match = kNumber.match(query);
    if (!match.hasMatch() || c->frame() == nullptr || c->frame()->empty)
        return;
    const double step = match.captured(1).toDouble();
    found.append({Words::tr("step %1").arg(match.captured(1)), Words::tr("go there"),
                  [c, step] { c->goTo(step); }});
}

} // namespace

QList<PaletteEntry> paletteEntries(const ActionScope& scope, const QString& query) {
    QList<PaletteEntry> found;
    addActions(scope.window->menuBar()->actions(), {}, found);
    addRanks(scope.controller, found);
    addStep(scope.controller, query, found);
    return found;
}

} // namespace rankscope::ui
