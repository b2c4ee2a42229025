// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Window.h"

#include "app/ui/actions/Actions.h"
#include "app/ui/panels/Palette.h"
#include "app/ui/panels/RunBar.h"
#include "tests/support/FatalMessages.h"
#include "tests/support/RecordedRun.h"

#include <QAction>
#include <QHash>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace rankscope;
using support::Window;

/// The palette, by the keyboard alone.
class TestPalette : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    QTemporaryDir m_folder;

    [[nodiscard]] std::string path(const char* name) const {
        return m_folder.filePath(QLatin1String(name)).toStdString();
    }

    static void press(Window& w, Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(w.window.windowHandle(), key, modifiers);
    }

    static ui::Palette* open(Window& w) {
        press(w, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        return w.window.findChild<ui::Palette*>();
    }

    static QString first(const ui::Palette* palette) {
        return palette->list()->item(0) != nullptr ? palette->list()->item(0)->text() : QString();
    }

    static void type(Window& w, const char* text) {
        for (const char* c = text; *c != 0; ++c)
            QTest::keyClick(w.window.windowHandle(), *c);
    }

  private slots:
    void initTestCase() {
        support::FatalMessages::install();
        widgets::font::load();
        widgets::applyTheme(widgets::Theme::darkTheme());
        support::RecordedRun run;
        run.steps = 60;
        run.write(path("run"));
    }

    void opensAndGoesByKeys() {
        Window w;
        QVERIFY(QTest::qWaitForWindowActive(&w.window));
        auto* palette = open(w);
        QVERIFY(palette->isVisible());
        QVERIFY(palette->field()->hasFocus());
        QVERIFY(palette->list()->count() > 20);
        press(w, Qt::Key_Escape);
        QVERIFY(!palette->isVisible());
        open(w);
        QVERIFY(palette->isVisible());
        open(w); // the same keys again
        QVERIFY(!palette->isVisible());
        w.window.bar()->findChild<QToolButton*>(QStringLiteral("find"))->click();
        QVERIFY(palette->isVisible());
    }

    void lettersGoIntoTheField() {
        Window w;
        w.adapter.openFile(path("run"));
        QTRY_VERIFY(w.loaded());
        QVERIFY(QTest::qWaitForWindowActive(&w.window));
        auto* palette = open(w);
        type(w, "y l"); // each of them is a shortcut of the window
        QCOMPARE(palette->field()->text(), QString("y l"));
        QVERIFY(!w.controller.chartOptions().logY);
        QVERIFY(!w.controller.playing());
        QCOMPARE(first(palette), QString("Log y"));
        QCOMPARE(palette->list()->item(0)->data(Qt::UserRole).toString(), QString("Y"));
        press(w, Qt::Key_Return);
        QVERIFY(!palette->isVisible());
        QVERIFY(w.controller.chartOptions().logY);
    }

    void findsRanksAndSteps() {
        Window w;
        w.adapter.openFile(path("run"));
        QTRY_VERIFY(w.loaded());
        QVERIFY(QTest::qWaitForWindowActive(&w.window));
        auto* palette = open(w);
        type(w, "r 5");
        QCOMPARE(first(palette), QString("rank 5"));
        press(w, Qt::Key_Return);
        QCOMPARE(w.controller.selected(), RankId{5});
        open(w);
        type(w, "step 20");
        QCOMPARE(first(palette), QString("step 20"));
        press(w, Qt::Key_Return);
        QTRY_COMPARE(w.cursorStep(), std::uint64_t{20});
    }

    void arrowsChoose() {
        Window w;
        w.adapter.openFile(path("run"));
        QTRY_VERIFY(w.loaded());
        QVERIFY(QTest::qWaitForWindowActive(&w.window));
        auto* palette = open(w);
        type(w, "rank");
        QCOMPARE(first(palette), QString("rank 0"));
        press(w, Qt::Key_Down);
        press(w, Qt::Key_Down);
        press(w, Qt::Key_Up);
        press(w, Qt::Key_Return);
        QCOMPARE(w.controller.selected(), RankId{1});
        open(w);
        type(w, "no such thing at all");
        QCOMPARE(palette->list()->count(), 0);
        press(w, Qt::Key_Return); // nothing to do
        QVERIFY(palette->isVisible());
    }

    void focusGoesBack() {
        Window w;
        w.adapter.openFile(path("run"));
        QTRY_VERIFY(w.loaded());
        QVERIFY(QTest::qWaitForWindowActive(&w.window));
        w.window.run()->workers()->setFocus();
        open(w);
        QVERIFY(!w.window.run()->workers()->hasFocus());
        press(w, Qt::Key_Escape);
        QVERIFY(w.window.run()->workers()->hasFocus());
        auto* palette = open(w);
        QTest::mouseClick(w.window.run()->workers()->viewport(), Qt::LeftButton, {}, {30, 30});
        QTRY_VERIFY(!palette->isVisible()); // a click beside it puts it away
    }

    void everyActionHasANameAndAText() {
        Window w;
        QStringList names;
        for (const QAction* action : ui::allActions(*w.window.menuBar())) {
            QVERIFY2(!action->objectName().isEmpty(), qPrintable(action->text()));
            QVERIFY2(!action->text().isEmpty(), qPrintable(action->objectName()));
            names.append(action->objectName());
        }
        QCOMPARE(names.removeDuplicates(), 0);
    }

    void noShortcutTwice() {
        Window w;
        QHash<QString, QString> taken;
        for (const QAction* action : ui::allActions(*w.window.menuBar()))
            for (const QKeySequence& keys : action->shortcuts()) {
                const QString key = keys.toString();
                QVERIFY2(!taken.contains(key),
                         qPrintable(key + ": " + action->text() + ", " + taken.value(key)));
                taken.insert(key, action->text());
            }
    }
};

QTEST_MAIN(TestPalette)
#include "TestPalette.moc"
