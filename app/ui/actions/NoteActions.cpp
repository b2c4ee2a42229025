// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/MainWindow.h"
#include "app/ui/NoteKeeper.h"
#include "app/ui/RunController.h"
#include "app/ui/actions/ChartMenu.h"
#include "app/ui/panels/Prompt.h"

#include <QAction>
#include <QCoreApplication>
#include <QLocale>
#include <QMenu>
#include <array>
#include <cmath>

namespace rankscope::ui {
namespace {

constexpr std::size_t kMostListed = 30; ///< in a menu

struct Words {
    Q_DECLARE_TR_FUNCTIONS(NoteActions)
};

QPoint inWindow(const MainWindow* window, QPoint global) {
    return global.isNull() ? QPoint() : window->mapFromGlobal(global);
}

/// "2.1 target": a number, then what it is called.
void takeReference(NoteKeeper* notes, ChartKind kind, int reference, const QString& answer) {
    const QString first = answer.section(QLatin1Char(' '), 0, 0);
    const std::string name = answer.section(QLatin1Char(' '), 1).trimmed().toStdString();
    bool ok = false;
    const double value = QLocale::c().toDouble(first, &ok);
    if (!ok || !std::isfinite(value))
        return;
    if (reference < 0)
        notes->addReference(kind, value, name);
    else
        notes->editReference(reference, value, name);
}

/// Of the step at the cursor; -1: none.
int noteAt(const NoteKeeper* notes, double step) {
    const auto& all = notes->notes().notes;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (std::round(all[i].step) == step)
            return static_cast<int>(i);
    return -1;
}

QString shortened(const std::string& text) {
    constexpr int kLetters = 40;
    const QString whole = QString::fromStdString(text);
    return whole.size() > kLetters ? whole.left(kLetters - 1) + QChar(0x2026) : whole;
}

void listNotes(QMenu* menu, const ActionScope& scope) {
    NoteKeeper* keeper = scope.window->notes();
    const engine::Notes& notes = keeper->notes();
    menu->clear();
    for (std::size_t i = 0; i < notes.notes.size() && i < kMostListed; ++i) {
        const double step = notes.notes[i].step;
        QAction* action =
            addAction(menu, qPrintable(QStringLiteral("note%1").arg(i)),
                      Words::tr("Go to note: %1").arg(shortened(notes.notes[i].text)));
        QObject::connect(action, &QAction::triggered, scope.controller,
                         [c = scope.controller, step] { c->goTo(step); });
    }
    for (std::size_t i = 0; i < notes.references.size() && i < kMostListed; ++i) {
        const auto& line = notes.references[i];
        const int id = static_cast<int>(i);
        QAction* action = addAction(
            menu, qPrintable(QStringLiteral("reference%1").arg(i)),
            Words::tr("Remove reference line %1 %2")
                .arg(QString::fromStdString(plainText(line.value)), shortened(line.label)));
        QObject::connect(
            action, &QAction::triggered, keeper, [keeper, id] { keeper->removeReference(id); },
            Qt::QueuedConnection); // the menu that is on show must outlive the click
    }
    menu->menuAction()->setVisible(!notes.empty());
}

} // namespace

void askForNote(const ActionScope& scope, double step, int note, QPoint at) {
    NoteKeeper* notes = scope.window->notes();
    const bool old = note >= 0;
    const QString text =
        old ? QString::fromStdString(notes->notes().notes[static_cast<std::size_t>(note)].text)
            : QString();
    scope.window->prompt()->ask(
        {Words::tr("Note at step %1").arg(std::lround(step)), text,
         old ? Words::tr("Without words it goes away") : Words::tr("What happened here"),
         inWindow(scope.window, at)},
        [=](const QString& answer) {
            if (old)
                notes->editNote(note, answer.toStdString());
            else
                notes->addNote(step, answer.toStdString());
        });
}

void askForReference(const ActionScope& scope, ChartKind kind, double value, int reference,
                     QPoint at) {
    NoteKeeper* notes = scope.window->notes();
    // Three significant digits: where the pointer stood is no more exact than that.
    QString text = QLocale::c().toString(value, 'g', 3) + QLatin1Char(' ');
    if (reference >= 0) {
        const auto& old = notes->notes().references[static_cast<std::size_t>(reference)];
        text = QLocale::c().toString(old.value, 'g', QLocale::FloatingPointShortest) +
               QLatin1Char(' ') + QString::fromStdString(old.label);
    }
    scope.window->prompt()->ask(
        {Words::tr("Reference line: value and name"), text, Words::tr("2.1 target"),
         inWindow(scope.window, at)},
        [=](const QString& answer) { takeReference(notes, kind, reference, answer); });
}

void addNotesMenu(QMenu* menu, const ActionScope& scope) {
    RunController* c = scope.controller;
    QMenu* notes = menu->addMenu(Words::tr("Notes"));
    notes->setObjectName(QStringLiteral("notesMenu"));
    QAction* note = addAction(notes, "note", Words::tr("Note at the cursor\u2026"), Qt::Key_N);
    QObject::connect(note, &QAction::triggered, c, [=] {
        const double step = std::round(c->cursor().value_or(0));
        askForNote(scope, step, noteAt(scope.window->notes(), step));
    });
    struct Entry {
        ChartKind kind;
        const char* name;
        QString text;
        QKeySequence keys;
    };
    const std::array entries{
        Entry{ChartKind::Loss, "referenceLoss", Words::tr("Reference line in loss\u2026"),
              Qt::Key_R},
        Entry{ChartKind::LossDispersion,
              "referenceDispersion",
              Words::tr("Reference line in loss dispersion\u2026"),
              {}},
        Entry{ChartKind::Direction,
              "referenceDirection",
              Words::tr("Reference line in direction\u2026"),
              {}},
        Entry{ChartKind::NormDispersion,
              "referenceNorms",
              Words::tr("Reference line in gradient norms\u2026"),
              {}},
    };
    QList<QAction*> needRun{note};
    for (const Entry& entry : entries) {
        QAction* action = addAction(notes, entry.name, entry.text, entry.keys);
        needRun.append(action);
        QObject::connect(action, &QAction::triggered, c, [=] {
            const bool loss = entry.kind == ChartKind::Loss;
            askForReference(scope, entry.kind, loss ? c->frame()->cursor.metrics.lossMean : 0);
        });
    }
    QMenu* written = notes->addMenu(Words::tr("Written"));
    written->setObjectName(QStringLiteral("writtenMenu"));
    listNotes(written, scope);
    QObject::connect(scope.window->notes(), &NoteKeeper::changed, written,
                     [=] { listNotes(written, scope); });
    const auto refresh = [=] {
        for (QAction* action : needRun)
            action->setEnabled(c->frame() != nullptr && !c->frame()->empty);
    };
    QObject::connect(c, &RunController::changed, notes, refresh);
    QObject::connect(c, &RunController::sourceChanged, notes, refresh);
    refresh();
}

} // namespace rankscope::ui
