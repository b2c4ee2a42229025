// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/MainWindow.h"
#include "app/ui/actions/Actions.h"
#include "app/ui/actions/PaletteSource.h"
#include "app/ui/panels/HelpSheet.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>

namespace rankscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(HelpActions)
};

} // namespace

void addHelpMenu(const ActionScope& scope) {
    MainWindow* window = scope.window;
    QMenu* menu = addMenu(scope, "helpMenu", Words::tr("&Help"));
    auto* palette =
        new Palette([scope](const QString& query) { return paletteEntries(scope, query); }, window);
    QObject::connect(
        addAction(menu, "palette", Words::tr("Find or run"), Qt::CTRL | Qt::SHIFT | Qt::Key_P),
        &QAction::triggered, palette, &Palette::open);
    QObject::connect(
        addAction(menu, "shortcuts", Words::tr("Keyboard shortcuts"), Qt::Key_Question),
        &QAction::triggered, window, [window] {
            HelpSheet::toggle(Words::tr("Keyboard shortcuts"), shortcutSections(*window->menuBar()),
                              3, window);
        });
    QObject::connect(
        addAction(menu, "about", Words::tr("About Rankscope")), &QAction::triggered, window,
        [window] { HelpSheet::toggle(Words::tr("About Rankscope"), aboutSections(), 1, window); });
}

} // namespace rankscope::ui
