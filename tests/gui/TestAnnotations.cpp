// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Window.h"

#include "app/engine/session/Notes.h"
#include "app/ui/NoteKeeper.h"
#include "app/ui/panels/Prompt.h"
#include "tests/support/FatalMessages.h"
#include "tests/support/RecordedRun.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QFile>
#include <QLineEdit>
#include <QMenu>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <memory>

using namespace rankscope;
using support::Window;
using ui::ChartKind;

/// Notes, reference lines and the charts' menus, as a person makes them.
class TestAnnotations : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] std::string run() const {
        return m_folder->filePath("run.rankscope").toStdString();
    }
    [[nodiscard]] engine::Notes kept() const {
        return engine::readNotes(engine::notesFile(run())).value_or(engine::Notes{});
    }
    void open(Window& w) const {
        w.adapter.openFile(run());
        QTRY_VERIFY(w.loaded());
        QVERIFY(QTest::qWaitForWindowActive(&w.window));
    }
    static QMenu* menuAt(Window& w, ChartKind kind, double step, double y) {
        auto* panel = w.panel(kind);
        const auto& g = panel->geometry();
        const QPoint at(static_cast<int>(std::lround(g.toX(step))),
                        static_cast<int>(std::lround(g.toY(y))));
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, panel->mapToGlobal(at));
        QCoreApplication::sendEvent(panel, &event);
        return w.window.findChild<QMenu*>(QStringLiteral("chartMenu"));
    }
    static void choose(Window& w, QMenu* menu, const char* name) {
        QVERIFY(menu != nullptr && menu->isVisible());
        auto* action = menu->findChild<QAction*>(QLatin1String(name));
        QVERIFY2(action != nullptr, name);
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
        QTRY_VERIFY(!w.window.findChild<QMenu*>(QStringLiteral("chartMenu")));
        w.window.activateWindow(); // as a window manager does
    }
    static void answer(Window& w, const char* text) {
        QTRY_VERIFY(!w.window.prompt()->question().isEmpty());
        w.window.prompt()->field()->selectAll();
        QTest::keyClicks(w.window.prompt()->field(), text);
        if (*text == 0)
            QTest::keyClick(w.window.prompt()->field(), Qt::Key_Delete);
        QTest::keyClick(w.window.windowHandle(), Qt::Key_Return);
    }
    static void press(Window& w, Qt::Key key) { QTest::keyClick(w.window.windowHandle(), key); }

  private slots:
    void initTestCase() {
        support::FatalMessages::install();
        widgets::font::load();
        widgets::applyTheme(widgets::Theme::darkTheme());
    }

    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        support::RecordedRun recorded;
        recorded.steps = 60;
        recorded.write(run());
    }

    void aNoteIsWrittenWhereOneClicks() {
        {
            Window w;
            open(w);
            const double top = w.panel(ChartKind::Loss)->geometry().y.max * 0.98;
            choose(w, menuAt(w, ChartKind::Loss, 20.2, top), "noteHere");
            QCOMPARE(w.window.prompt()->question(), QString("Note at step 20"));
            answer(w, "loader restarted");
            for (const ChartKind kind : ui::kCharts) {
                const auto& notes = w.panel(kind)->frame().notes;
                QCOMPARE(notes.size(), std::size_t{1});
                QCOMPARE(notes[0].x, 20.0);
            }
            QCOMPARE(w.panel(ChartKind::Loss)->frame().notes[0].text,
                     std::string("loader restarted"));
            QCOMPARE(w.window.run()->timeline()->frame().notes.size(), std::size_t{1});
        }
        QCOMPARE(kept().notes.size(), std::size_t{1});
        QCOMPARE(kept().notes[0].step, 20.0);
        Window again;
        open(again);
        QTRY_COMPARE(again.panel(ChartKind::Loss)->frame().notes.size(), std::size_t{1});
    }

    void aNoteGoesByKeysAlone() {
        Window w;
        open(w);
        w.controller.click(30, -1);
        QTRY_COMPARE(w.cursorStep(), std::uint64_t{30});
        press(w, Qt::Key_N);
        answer(w, "s h p l"); // the letters are no shortcuts now
        QCOMPARE(w.window.notes()->notes().notes[0].text, std::string("s h p l"));
        press(w, Qt::Key_N); // there is one: it is edited
        QCOMPARE(w.window.prompt()->field()->text(), QString("s h p l"));
        press(w, Qt::Key_Escape);
        QVERIFY(w.window.prompt()->question().isEmpty());
        QCOMPARE(w.window.notes()->notes().notes.size(), std::size_t{1});
        w.controller.click(10, -1);
        auto* listed = w.window.findChild<QAction*>(QStringLiteral("note0"));
        QCOMPARE(listed->text(), QString("Go to note: s h p l"));
        listed->trigger();
        QTRY_COMPARE(w.cursorStep(), std::uint64_t{30});
        press(w, Qt::Key_N);
        answer(w, "");
        QVERIFY(w.window.notes()->notes().empty());
        QTRY_VERIFY(!std::filesystem::exists(engine::notesFile(run())));
    }

    void aReferenceLineBelongsToItsPanel() {
        Window w;
        open(w);
        const auto& axis = w.panel(ChartKind::LossDispersion)->geometry().y;
        choose(w, menuAt(w, ChartKind::LossDispersion, 20, axis.max * 0.9), "referenceHere");
        answer(w, "0.25 alarm");
        const auto& lines = w.panel(ChartKind::LossDispersion)->frame().references;
        QCOMPARE(lines.size(), std::size_t{1});
        QCOMPARE(lines[0].y, 0.25);
        QCOMPARE(lines[0].label, std::string("alarm"));
        QVERIFY(w.panel(ChartKind::Loss)->frame().references.empty());
        QTRY_COMPARE(kept().references.size(), std::size_t{1});
        press(w, Qt::Key_R);
        answer(w, "no number");
        QVERIFY(w.panel(ChartKind::Loss)->frame().references.empty());
        press(w, Qt::Key_R);
        answer(w, "2.5");
        QCOMPARE(w.panel(ChartKind::Loss)->frame().references[0].label, std::string("2.50"));
        w.window.findChild<QAction*>(QStringLiteral("reference0"))->trigger();
        QTRY_VERIFY(w.panel(ChartKind::LossDispersion)->frame().references.empty());
        QCOMPARE(w.panel(ChartKind::Loss)->frame().references.size(), std::size_t{1});
    }

    void ranksAreChosenInTheMenu() {
        Window w;
        open(w);
        emit w.window.run()->charts()->contextRequested(
            ChartKind::Loss, w.window.mapToGlobal(w.window.rect().center()), 20, 2, 3, -1, -1);
        auto* menu = w.window.findChild<QMenu*>(QStringLiteral("chartMenu"));
        choose(w, menu, "soloThis");
        QCOMPARE(w.controller.view().ranks().soloed(), std::set<RankId>{RankId{3}});
        const auto shown = [&] {
            int ranks = 0;
            for (const auto& curve : w.panel(ChartKind::Loss)->frame().curves)
                ranks += curve.rank >= 0 ? 1 : 0;
            return ranks;
        };
        QTRY_COMPARE(shown(), 1);
        QTest::keyClick(w.window.windowHandle(), Qt::Key_H, Qt::ShiftModifier);
        QTRY_COMPARE(shown(), 8);
    }

    void whatCannotBeKeptIsSaid() {
        Window w;
        open(w);
        QTRY_VERIFY(w.window.notes()->ready());
        std::filesystem::create_directory(engine::notesFile(run())); // in the way
        w.window.notes()->addNote(5, "kept for now");
        QTRY_VERIFY(w.controller.error());
        QCOMPARE(w.window.verdict()->verdict().kind, ui::Verdict::Kind::Failure);
        QVERIFY(w.headline().contains("annot write notes to"));
        QCOMPARE(w.panel(ChartKind::Loss)->frame().notes.size(), std::size_t{1});
        press(w, Qt::Key_Escape);
        QCOMPARE(w.headline(), QString("8 of 8 ranks recorded"));
    }

    void notesBeforeTheOldOnesAreReadJoinThem() {
        QVERIFY(engine::writeNotes(engine::notesFile(run()), {{{9, "old"}}, {}}));
        {
            Window w;
            w.adapter.openFile(run());
            QTRY_VERIFY(w.controller.source());
            w.window.notes()->addNote(3, "new"); // the disk has had no time to answer
            QTRY_COMPARE(w.window.notes()->notes().notes.size(), std::size_t{2});
        }
        QCOMPARE(kept().notes.size(), std::size_t{2});
        QCOMPARE(kept().notes[0].text, std::string("new"));
    }

    void notesOfANewerProgramAreLeftAlone() {
        const std::string text = R"({"format": "rankscope notes", "version": 9, "x": 1})";
        QFile file(QString::fromStdString(engine::notesFile(run()).string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text.c_str());
        file.close();
        {
            Window w;
            open(w);
            QTRY_VERIFY(w.controller.error());
            w.window.notes()->addNote(5, "kept for now");
            QCOMPARE(w.panel(ChartKind::Loss)->frame().notes.size(), std::size_t{1});
        }
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().toStdString(), text);
    }
};

QTEST_MAIN(TestAnnotations)
#include "TestAnnotations.moc"
