// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/session/SessionAddress.h"
#include "app/ui/MainWindow.h"
#include "app/ui/actions/Actions.h"
#include "app/ui/panels/Prompt.h"
#include "app/ui/settings/PreferenceStore.h"

#include <QAction>
#include <QCoreApplication>
#include <QFileInfo>
#include <QMenu>

namespace rankscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FileActions)
};

void fillRecent(QMenu* menu, const ActionScope& scope) {
    menu->clear();
    PreferenceStore* preferences = scope.preferences;
    int number = 0;
    for (const QString& file : preferences->get().recent) {
        const QFileInfo info(file);
        const QString text = engine::isEndpoint(file.toStdString())
                                 ? file
                                 : Words::tr("%1  in %2").arg(info.fileName(), info.path());
        QAction* action =
            addAction(menu, qPrintable(QStringLiteral("recent%1").arg(number++)), text);
        action->setEnabled(!preferences->isGone(file));
        action->setToolTip(preferences->isGone(file) ? Words::tr("It is no longer there") : file);
        QObject::connect(action, &QAction::triggered, scope.window,
                         [window = scope.window, file] { window->openFiles({file}); });
    }
    menu->addSeparator();
    QAction* clear = addAction(menu, "clearRecent", Words::tr("Forget recent files"));
    clear->setEnabled(number > 0);
    // Queued: the menu that is on show must outlive the click.
    QObject::connect(
        clear, &QAction::triggered, preferences,
        [preferences] { preferences->change([](Preferences& kept) { kept.recent.clear(); }); },
        Qt::QueuedConnection);
}

void askForRecorder(MainWindow* window) {
    window->prompt()->ask({Words::tr("Recorder to look at: endpoint or connection file"),
                           {},
                           QStringLiteral("tcp://127.0.0.1:5758"),
                           {}},
                          [window](const QString& address) {
                              if (!address.isEmpty())
                                  window->openFiles({address});
                          });
}

} // namespace

void addFileMenu(const ActionScope& scope) {
    MainWindow* window = scope.window;
    PreferenceStore* preferences = scope.preferences;
    QMenu* menu = addMenu(scope, "fileMenu", Words::tr("&File"));
    QObject::connect(addAction(menu, "open", Words::tr("Open\u2026"), Qt::CTRL | Qt::Key_O),
                     &QAction::triggered, window, &MainWindow::chooseFiles);
    QObject::connect(addAction(menu, "attach", Words::tr("Attach to a recorder\u2026"),
                               Qt::CTRL | Qt::SHIFT | Qt::Key_A),
                     &QAction::triggered, window, [window] { askForRecorder(window); });
    QMenu* recent = menu->addMenu(Words::tr("Recent"));
    recent->setObjectName(QStringLiteral("recentMenu"));
    recent->setToolTipsVisible(true);
    fillRecent(recent, scope);
    QObject::connect(preferences, &PreferenceStore::changed, recent,
                     [recent, scope] { fillRecent(recent, scope); });
    QObject::connect(recent, &QMenu::aboutToShow, preferences, &PreferenceStore::lookForRecent);
    QAction* reopen =
        addAction(menu, "reopen", Words::tr("Show the last session at the next start"));
    reopen->setCheckable(true);
    reopen->setChecked(preferences->get().reopen);
    QObject::connect(reopen, &QAction::triggered, preferences, [preferences](bool on) {
        preferences->change([on](Preferences& kept) { kept.reopen = on; });
    });
    menu->addSeparator();
    QObject::connect(addAction(menu, "quit", Words::tr("Quit"), Qt::CTRL | Qt::Key_Q),
                     &QAction::triggered, window, &QWidget::close);
}

} // namespace rankscope::ui
