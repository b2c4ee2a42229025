// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/HelpSheet.h"

#include "app/ui/actions/Actions.h"
#include "widgets/common/Theme.h"

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QVBoxLayout>

namespace rankscope::ui {
namespace {

namespace font = widgets::font;

QString bare(QString text) {
    return text.remove(QLatin1Char('&')).remove(QChar(0x2026));
}

QString keysOf(const QAction& action) {
    return QKeySequence::listToString(action.shortcuts(), QKeySequence::NativeText)
        .replace(QStringLiteral("; "), QStringLiteral(", "));
}

/// Below what the column holds; its keys line up with those above.
void addSection(QGridLayout* column, const HelpSheet::Section& section) {
    int row = column->rowCount();
    auto* title = new QLabel(section.title);
    title->setFont(font::text(font::kList, true));
    column->setRowMinimumHeight(row - 1, row > 1 ? 14 : 0);
    column->addWidget(title, row++, 0, 1, 2);
    for (const auto& [what, how] : section.rows) {
        auto* right = new QLabel(how);
        right->setObjectName(QStringLiteral("soft"));
        column->addWidget(new QLabel(what), row, 0);
        column->addWidget(right, row++, 1);
    }
    column->setRowMinimumHeight(row, 0); // the gap before the next section
}

} // namespace

HelpSheet::HelpSheet(const QString& title, const QList<Section>& sections, int columns,
                     QWidget* parent)
    : QDialog(parent) {
    setWindowTitle(title);
    setModal(false);
    setAttribute(Qt::WA_DeleteOnClose);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(24, 18, 24, 20);
    row->setSpacing(36);
    qsizetype lines = 0, used = 0;
    for (const Section& section : sections)
        lines += section.rows.size() + 2;
    QGridLayout* column = nullptr;
    for (const Section& section : sections) {
        // A new column where this section's middle is beyond the share of the ones before.
        const qsizetype middle = used + section.rows.size() / 2;
        if (column == nullptr || middle * columns > lines * row->count()) {
            auto* upright = new QVBoxLayout;
            column = new QGridLayout;
            column->setHorizontalSpacing(20);
            column->setVerticalSpacing(3);
            upright->addLayout(column);
            upright->addStretch();
            row->addLayout(upright);
        }
        used += section.rows.size() + 2;
        addSection(column, section);
    }
}

void HelpSheet::toggle(const QString& title, const QList<Section>& sections, int columns,
                       QWidget* parent) {
    auto* open = parent->findChild<HelpSheet*>({}, Qt::FindDirectChildrenOnly);
    const bool same = open != nullptr && open->windowTitle() == title;
    delete open;
    if (!same)
        (new HelpSheet(title, sections, columns, parent))->show();
}

void HelpSheet::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Question) // the key that opened it
        close();
    else
        QDialog::keyPressEvent(event);
}

QList<HelpSheet::Section> shortcutSections(const QMenuBar& menus) {
    QList<HelpSheet::Section> sections;
    for (QAction* menu : menus.actions()) {
        HelpSheet::Section section{menu->text().remove(QLatin1Char('&')), {}};
        for (const QAction* action : allActions(*menu->menu()))
            if (!action->shortcut().isEmpty())
                section.rows.append({bare(action->text()), keysOf(*action)});
        if (!section.rows.isEmpty())
            sections.append(section);
    }
    using Help = HelpSheet;
    sections.append(
        {Help::tr("In a chart"),
         {{Help::tr("Pin the cursor; select a rank"), Help::tr("Click")},
          {Help::tr("Zoom to a range of steps"), Help::tr("Drag")},
          {Help::tr("Zoom to a box"), Help::tr("Shift+drag")},
          {Help::tr("Zoom at the pointer"), Help::tr("Wheel")},
          {Help::tr("Zoom y"), Help::tr("Ctrl+wheel")},
          {Help::tr("Zoom, when it has the focus"), Help::tr("+ and \u2212")},
          {Help::tr("Pan"), Help::tr("Middle drag, Space+drag")},
          {Help::tr("Pan, when it has the focus"), Help::tr("Ctrl+Left, Ctrl+Right")},
          {Help::tr("Reset view"), Help::tr("Double-click")},
          {Help::tr("Notes, lines, ranks, export"), Help::tr("Right click, Menu key")}}});
    sections.append(
        {Help::tr("Elsewhere"),
         {{Help::tr("Next panel, and back"), Help::tr("Tab, Shift+Tab")},
          {Help::tr("Move in a focused map or table"), Help::tr("Arrow keys, Enter")},
          {Help::tr("Choose a pair of ranks"), Help::tr("Click in the cosine map")},
          {Help::tr("Change what is visible"), Help::tr("Drag the timeline\u2019s handles")},
          {Help::tr("Move the cursor"), Help::tr("Drag in the timeline")},
          {Help::tr("Menus"), Help::tr("Alt, or F10")}}});
    return sections;
}

QList<HelpSheet::Section> aboutSections() {
    using Help = HelpSheet;
    return {{QStringLiteral("Rankscope " RANKSCOPE_VERSION),
             {{Help::tr("This window"), QStringLiteral("GPL-3.0-or-later")},
              {Help::tr("Emitter, transport, analysis, engine"), QStringLiteral("Apache-2.0")}}},
            {Help::tr("Made with"),
             {{QStringLiteral("Qt, Qt Charts"), QStringLiteral("GPL-3.0")},
              {QStringLiteral("ZeroMQ"), QStringLiteral("MPL-2.0")},
              {QStringLiteral("msgpack-c"), QStringLiteral("BSL-1.0")},
              {QStringLiteral("SQLite"), Help::tr("public domain")},
              {QStringLiteral("OpenBLAS"), QStringLiteral("BSD-3-Clause")},
              {QStringLiteral("Eigen"), QStringLiteral("MPL-2.0")},
              {QStringLiteral("JSON for Modern C++"), QStringLiteral("MIT")},
              {QStringLiteral("Roboto"), QStringLiteral("Apache-2.0")},
              {QStringLiteral("JetBrains Mono"), QStringLiteral("OFL-1.1")}}}};
}

} // namespace rankscope::ui
