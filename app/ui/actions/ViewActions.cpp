// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/MainWindow.h"
#include "app/ui/RunController.h"
#include "app/ui/actions/Actions.h"
#include "app/ui/actions/ChartMenu.h"
#include "app/ui/panels/ChartsPane.h"
#include "app/ui/settings/PreferenceStore.h"

#include <QAction>
#include <QActionGroup>
#include <QCoreApplication>
#include <QMenu>
#include <array>

namespace rankscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ViewActions)
};

void addLines(QMenu* menu, RunController* c) {
    QAction* logY = addAction(menu, "logY", Words::tr("Log y"), Qt::Key_Y);
    logY->setCheckable(true);
    logY->setToolTip(Words::tr("Logarithmic y axis for losses and dispersions"));
    QObject::connect(logY, &QAction::triggered, c, &RunController::setLogY);
    QAction* norms = addAction(menu, "norms", Words::tr("Gradient norms, not their dispersion"),
                               Qt::CTRL | Qt::Key_G);
    norms->setCheckable(true);
    QObject::connect(norms, &QAction::triggered, c, &RunController::setNorms);
    QObject::connect(c, &RunController::changed, menu, [=] {
        logY->setChecked(c->chartOptions().logY);
        norms->setChecked(c->chartOptions().norms);
    });

    QMenu* smooth = menu->addMenu(Words::tr("Smooth"));
    smooth->setObjectName(QStringLiteral("smoothMenu"));
    auto* group = new QActionGroup(smooth);
    for (const int span : kSmoothings) {
        QAction* action = addAction(smooth, qPrintable(QStringLiteral("smooth%1").arg(span)),
                                    span == 0 ? Words::tr("Smoothing off")
                                              : Words::tr("Smooth over %n steps", "", span));
        action->setCheckable(true);
        action->setData(span);
        group->addAction(action);
        QObject::connect(action, &QAction::triggered, c, [=] { c->setSmoothing(span); });
    }
    QObject::connect(c, &RunController::changed, smooth, [=] {
        for (QAction* action : group->actions())
            action->setChecked(action->data().toDouble() == c->view().view().smoothing);
    });
}

void addRankMap(QMenu* menu, RunController* c) {
    using engine::RankSignal;
    struct Entry {
        std::optional<RankSignal> signal;
        const char* name;
        QString text;
    };
    const std::array entries{
        Entry{std::nullopt, "rankMapOff", Words::tr("No map of ranks \u00D7 steps")},
        Entry{RankSignal::Loss, "rankMapLoss", Words::tr("Ranks \u00D7 steps: loss")},
        Entry{RankSignal::Direction, "rankMapDirection",
              Words::tr("Ranks \u00D7 steps: direction")},
        Entry{RankSignal::GradNorm, "rankMapNorm", Words::tr("Ranks \u00D7 steps: gradient norm")},
    };
    QMenu* map = menu->addMenu(Words::tr("Ranks \u00D7 steps"));
    map->setObjectName(QStringLiteral("rankMapMenu"));
    auto* group = new QActionGroup(map);
    for (const Entry& entry : entries) {
        QAction* action = addAction(map, entry.name, entry.text);
        action->setCheckable(true);
        group->addAction(action);
        const auto signal = entry.signal;
        QObject::connect(action, &QAction::triggered, c, [=] { c->setImage(signal); });
        QObject::connect(c, &RunController::changed, action,
                         [=] { action->setChecked(c->view().view().image == signal); });
    }
}

void addLayers(QMenu* menu, RunController* c) {
    using widgets::Layer;
    struct Entry {
        Layer layer;
        const char* name;
        QString text;
    };
    const std::array entries{
        Entry{Layer::Mean, "layerMean", Words::tr("Mean")},
        Entry{Layer::Ranks, "layerRanks", Words::tr("Lines of the ranks")},
        Entry{Layer::Envelope, "layerEnvelope", Words::tr("Envelope of the ranks")},
        Entry{Layer::Gaps, "layerGaps", Words::tr("Gaps")},
        Entry{Layer::Restarts, "layerRestarts", Words::tr("Restarts")},
        Entry{Layer::NonFinite, "layerNonFinite", Words::tr("NaN and Inf")},
        Entry{Layer::Notes, "layerNotes", Words::tr("Notes")},
        Entry{Layer::References, "layerReferences", Words::tr("Reference lines")},
    };
    QMenu* layers = menu->addMenu(Words::tr("Layers"));
    layers->setObjectName(QStringLiteral("layersMenu"));
    for (const Entry& entry : entries) {
        QAction* action = addAction(layers, entry.name, entry.text);
        action->setCheckable(true);
        action->setChecked(true);
        const Layer layer = entry.layer;
        QObject::connect(action, &QAction::triggered, c,
                         [=](bool on) { c->setLayerHidden(layer, !on); });
        QObject::connect(c, &RunController::changed, action,
                         [=] { action->setChecked(c->chartOptions().hidden.count(layer) == 0); });
    }
}

void addRanks(QMenu* menu, RunController* c) {
    struct Entry {
        QAction* action;
        void (RunController::*set)(RankId, bool);
        const std::set<RankId>& (RankChoice::*in)() const;
    };
    const std::array entries{
        Entry{addAction(menu, "soloRank", Words::tr("Solo this rank"), Qt::Key_S),
              &RunController::soloRank, &RankChoice::soloed},
        Entry{addAction(menu, "hideRank", Words::tr("Hide this rank"), Qt::Key_H),
              &RunController::hideRank, &RankChoice::hidden},
        Entry{addAction(menu, "pinRank", Words::tr("Pin this rank"), Qt::Key_P),
              &RunController::pinRank, &RankChoice::pinned},
    };
    for (const Entry& entry : entries) {
        entry.action->setCheckable(true);
        QObject::connect(entry.action, &QAction::triggered, c, [=](bool on) {
            if (const auto rank = c->selected())
                (c->*entry.set)(*rank, on);
        });
    }
    QAction* all =
        addAction(menu, "showAllRanks", Words::tr("Show all ranks"), Qt::SHIFT | Qt::Key_H);
    QObject::connect(all, &QAction::triggered, c, &RunController::showAllRanks);
    const auto refresh = [=] {
        const RankChoice& ranks = c->view().ranks();
        for (const Entry& entry : entries) {
            entry.action->setEnabled(ranks.selected().has_value());
            entry.action->setChecked(ranks.selected() &&
                                     (ranks.*entry.in)().count(*ranks.selected()) > 0);
        }
        all->setEnabled(ranks.filtered());
    };
    QObject::connect(c, &RunController::changed, menu, refresh);
    refresh();
}

void addVisibleSteps(QMenu* menu, RunController* c) {
    const auto add = [=](const char* name, const QString& text, QKeySequence keys, auto slot) {
        QAction* action = addAction(menu, name, text, keys);
        QObject::connect(action, &QAction::triggered, c, slot);
        return action;
    };
    QAction* undo =
        add("undoView", Words::tr("Undo zoom"), Qt::CTRL | Qt::Key_Z, [c] { c->undoView(); });
    QAction* redo = add("redoView", Words::tr("Redo zoom"), {}, [c] { c->redoView(); });
    redo->setShortcuts({Qt::CTRL | Qt::SHIFT | Qt::Key_Z, Qt::CTRL | Qt::Key_Y});
    add("zoomIn", Words::tr("Zoom in"), Qt::CTRL | Qt::Key_Equal, [c] { c->zoomAt(0.5); });
    add("zoomOut", Words::tr("Zoom out"), Qt::CTRL | Qt::Key_Minus, [c] { c->zoomAt(2); });
    add("panBack", Words::tr("Pan to earlier steps"), Qt::ALT | Qt::Key_Left,
        [c] { c->panBy(-0.25); });
    add("panForward", Words::tr("Pan to later steps"), Qt::ALT | Qt::Key_Right,
        [c] { c->panBy(0.25); });
    add("resetView", Words::tr("Reset view"), Qt::CTRL | Qt::Key_0, [c] { c->resetView(); });
    const auto refresh = [=] {
        undo->setEnabled(c->view().canUndo());
        redo->setEnabled(c->view().canRedo());
    };
    QObject::connect(c, &RunController::changed, menu, refresh);
    refresh();
}

/// What the panels keep to themselves: each has its own range of y.
void addPanels(QMenu* menu, MainWindow* window) {
    QAction* readout =
        addAction(menu, "readout", Words::tr("Every value at the cursor"), Qt::Key_V);
    readout->setCheckable(true);
    QObject::connect(readout, &QAction::triggered, window,
                     [=](bool on) { window->findChild<ChartsPane*>()->setReadout(on); });
    for (QAction* action : menu->actions())
        if (action->objectName() == QLatin1String("resetView"))
            QObject::connect(action, &QAction::triggered, window,
                             [=] { window->findChild<ChartsPane*>()->resetY(); });
}

void addThemes(QMenu* menu, PreferenceStore* preferences) {
    struct Entry {
        ThemeChoice theme;
        QAction* action;
    };
    QMenu* themes = menu->addMenu(Words::tr("Theme"));
    themes->setObjectName(QStringLiteral("themeMenu"));
    const std::array entries{
        Entry{ThemeChoice::System,
              addAction(themes, "themeSystem", Words::tr("Theme of the desktop"))},
        Entry{ThemeChoice::Dark, addAction(themes, "themeDark", Words::tr("Dark theme"))},
        Entry{ThemeChoice::Light, addAction(themes, "themeLight", Words::tr("Light theme"))},
    };
    for (const Entry& entry : entries) {
        entry.action->setCheckable(true);
        QObject::connect(entry.action, &QAction::triggered, preferences, [=] {
            preferences->change([=](Preferences& kept) { kept.theme = entry.theme; });
        });
    }
    const auto refresh = [=] {
        for (const Entry& entry : entries)
            entry.action->setChecked(preferences->get().theme == entry.theme);
    };
    QObject::connect(preferences, &PreferenceStore::changed, themes, refresh);
    refresh();
}

} // namespace

void addViewMenu(const ActionScope& scope) {
    RunController* c = scope.controller;
    QMenu* menu = addMenu(scope, "viewMenu", Words::tr("&View"));
    addLines(menu, c);
    addRankMap(menu, c);
    addLayers(menu, c);
    menu->addSeparator();
    addVisibleSteps(menu, c);
    addPanels(menu, scope.window);
    menu->addSeparator();
    addRanks(menu, c);
    menu->addSeparator();
    addNotesMenu(menu, scope);
    addThemes(menu, scope.preferences);
}

} // namespace rankscope::ui
