// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/HelpSheet.h"

#include "app/ui/actions/Actions.h"

#include <QAction>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenuBar>

namespace rankscope::ui {

HelpSheet::HelpSheet(const QString& title, const QList<Row>& rows, QWidget* parent)
    : QDialog(parent) {
    setWindowTitle(title);
    setModal(false);
    setAttribute(Qt::WA_DeleteOnClose);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(20, 16, 20, 16);
    grid->setHorizontalSpacing(24);
    for (const auto& [what, how] : rows) {
        auto* left = new QLabel(what);
        auto* right = new QLabel(how);
        right->setObjectName(QStringLiteral("soft"));
        const int row = grid->rowCount();
        grid->addWidget(left, row, 0);
        grid->addWidget(right, row, 1);
    }
}

void HelpSheet::toggle(const QString& title, const QList<Row>& rows, QWidget* parent) {
    auto* open = parent->findChild<HelpSheet*>({}, Qt::FindDirectChildrenOnly);
    const bool same = open != nullptr && open->windowTitle() == title;
    delete open;
    if (!same)
        (new HelpSheet(title, rows, parent))->show();
}

void HelpSheet::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Question) // the key that opened it
        close();
    else
        QDialog::keyPressEvent(event);
}

QList<HelpSheet::Row> shortcutRows(const QMenuBar& menus) {
    QList<HelpSheet::Row> rows;
    for (const QAction* action : allActions(menus))
        if (!action->shortcut().isEmpty())
            rows.append({action->text(),
                         QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText)
                             .replace(QStringLiteral("; "), QStringLiteral(", "))});
    rows.append({QObject::tr("Next panel"), QObject::tr("Tab")});
    rows.append({QObject::tr("Move in a focused map or table"), QObject::tr("Arrow keys")});
    rows.append({QObject::tr("Pin the cursor; select a rank"), QObject::tr("Click")});
    rows.append({QObject::tr("Zoom"), QObject::tr("Drag, or wheel at the pointer")});
    rows.append({QObject::tr("Pan"), QObject::tr("Middle drag")});
    rows.append({QObject::tr("Reset view"), QObject::tr("Double-click")});
    return rows;
}

QList<HelpSheet::Row> aboutRows() {
    return {{QStringLiteral("Rankscope"), QStringLiteral(RANKSCOPE_VERSION)},
            {QObject::tr("This window"), QStringLiteral("GPL-3.0-or-later")},
            {QObject::tr("Emitter, transport, analysis, engine"), QStringLiteral("Apache-2.0")},
            {QStringLiteral("Qt, Qt Charts"), QStringLiteral("GPL-3.0")},
            {QStringLiteral("ZeroMQ"), QStringLiteral("MPL-2.0")},
            {QStringLiteral("msgpack-c"), QStringLiteral("BSL-1.0")},
            {QStringLiteral("SQLite"), QObject::tr("public domain")},
            {QStringLiteral("Roboto"), QStringLiteral("Apache-2.0")},
            {QStringLiteral("JetBrains Mono"), QStringLiteral("OFL-1.1")}};
}

} // namespace rankscope::ui
