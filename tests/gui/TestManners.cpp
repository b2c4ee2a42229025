// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Window.h"

#include "app/ui/SampleShelf.h"
#include "app/ui/actions/Actions.h"
#include "app/ui/panels/Dock.h"
#include "app/ui/panels/Prompt.h"
#include "app/ui/panels/SampleButton.h"
#include "app/ui/settings/ThemeSwitch.h"
#include "tests/support/FatalMessages.h"
#include "tests/support/RecordedRun.h"

#include <QAction>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace rankscope;
using support::Window;

/// What is kept from one start to the next, and files that come in on other ways.
class TestManners : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    QTemporaryDir m_folder;

    [[nodiscard]] QString file(const char* name) const {
        return m_folder.filePath(QLatin1String(name));
    }
    static QAction* action(Window& w, const char* name) {
        auto* found = w.window.findChild<QAction*>(QLatin1String(name));
        Q_ASSERT(found != nullptr);
        return found;
    }
    static void write(const QString& path, const char* name) {
        support::RecordedRun run;
        run.steps = 10;
        run.name = name;
        run.write(path.toStdString());
    }
    static void drop(Window& w, const QStringList& files) {
        QMimeData data;
        QList<QUrl> urls;
        for (const QString& file : files)
            urls.append(QUrl::fromLocalFile(file));
        data.setUrls(urls);
        const QPoint middle = w.window.rect().center();
        QDragEnterEvent enter(middle, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&w.window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(middle, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&w.window, &event);
        QVERIFY(event.isAccepted());
    }

  private slots:
    void initTestCase() {
        support::FatalMessages::install();
        widgets::font::load();
        widgets::applyTheme(widgets::Theme::darkTheme());
        write(file("first.rankscope"), "first");
        write(file("second.rankscope"), "second");
    }

    void preferencesSurvive() {
        ui::Preferences kept;
        kept.theme = ui::ThemeChoice::Light;
        kept.reopen = true;
        kept.session = QStringList{file("first.rankscope")};
        kept.layouts = {{"wide", "\x01\x00\x02"}, {QString::fromUtf8("breit, s\u00FC\u00DF"), "b"}};
        for (int i = 0; i < 20; ++i)
            kept.addRecent(file(qPrintable(QString::number(i))));
        kept.addRecent(file("15"));
        QVERIFY(ui::writePreferences(file("kept.ini"), kept));
        const ui::Preferences read = ui::readPreferences(file("kept.ini"));
        QCOMPARE(read.theme, kept.theme);
        QCOMPARE(read.session, kept.session);
        QCOMPARE(read.layouts, kept.layouts);
        QCOMPARE(read.recent.size(), ui::Preferences::kMostRecent);
        QCOMPARE(read.recent.mid(0, 3), (QStringList{file("15"), file("19"), file("18")}));
        QVERIFY(read.reopen);
    }

    void unusablePreferencesAreDefaults() {
        QFile bad(file("bad.ini"));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.write("theme=pink\nlayouts\\size=99999999\nrecent=@Invalid()\ngeometry=5\n\xFF\xFE");
        bad.close();
        const ui::Preferences read = ui::readPreferences(bad.fileName());
        QCOMPARE(read.theme, ui::ThemeChoice::System);
        QVERIFY(read.layouts.isEmpty() && read.recent.isEmpty());
        Window w({1280, 760}, bad.fileName());
        w.window.restore();
        QCOMPARE(w.window.size(), QSize(1280, 760));
    }

    void recentFilesComeBack() {
        const QString gone = file("gone.rankscope");
        write(gone, "gone");
        {
            Window w({1280, 760}, file("recent.ini"));
            for (const QString& name : {gone, file("first.rankscope"), file("second.rankscope")}) {
                w.window.openFiles({name});
                QTRY_COMPARE(w.preferences.get().recent.value(0), name);
            }
        }
        QVERIFY(QFile::remove(gone));
        Window w({1280, 760}, file("recent.ini"));
        QTRY_VERIFY(w.preferences.isGone(gone));
        QVERIFY(action(w, "recent0")->text().startsWith("second.rankscope"));
        QVERIFY(!action(w, "recent2")->isEnabled());
        QVERIFY(action(w, "recent1")->isEnabled());
        action(w, "recent1")->trigger();
        QTRY_VERIFY(w.loaded());
        QVERIFY(w.window.windowTitle().startsWith("first"));
        action(w, "clearRecent")->trigger();
        QTRY_VERIFY(w.preferences.get().recent.isEmpty());
        QVERIFY(!action(w, "clearRecent")->isEnabled());
    }

    void windowAndPanelsComeBack() {
        QByteArray left;
        {
            Window w({1280, 760}, file("layout.ini"));
            w.window.openFiles({file("first.rankscope")});
            QTRY_VERIFY(w.loaded());
            QVERIFY(w.window.run()->layoutState().isEmpty()); // untouched: ours
            action(w, "toggle.layerDock")->trigger();
            w.window.run()->addDockWidget(Qt::LeftDockWidgetArea, w.window.run()->docks()[2]);
            QVERIFY(!w.window.run()->layoutState().isEmpty());
            w.window.resize(1400, 800);
            QVERIFY(w.window.close());
        }
        Window w({1280, 760}, file("layout.ini"));
        w.window.restore();
        QCOMPARE(w.window.size(), QSize(1400, 800));
        w.window.openFiles({file("first.rankscope")});
        QTRY_VERIFY(w.loaded());
        const auto docks = w.window.run()->docks();
        QVERIFY(docks[0]->isVisible() && !docks[1]->isVisible() && docks[2]->isVisible());
        QCOMPARE(w.window.run()->dockWidgetArea(docks[2]), Qt::LeftDockWidgetArea);
        action(w, "resetLayout")->trigger();
        QVERIFY(docks[1]->isVisible());
        QCOMPARE(w.window.run()->dockWidgetArea(docks[2]), Qt::RightDockWidgetArea);
    }

    void layoutsHaveNames() {
        Window w({1280, 760}, file("named.ini"));
        w.window.openFiles({file("first.rankscope")});
        QTRY_VERIFY(w.loaded());
        QVERIFY(QTest::qWaitForWindowActive(&w.window));
        auto* dock = w.window.run()->docks()[0];
        dock->hide();
        action(w, "saveLayout")->trigger();
        QCOMPARE(w.window.prompt()->question(), QString("Name of this layout"));
        QTest::keyClicks(w.window.prompt()->field(), "no cosines");
        QTest::keyClick(w.window.windowHandle(), Qt::Key_Return);
        QVERIFY(w.window.prompt()->question().isEmpty());
        action(w, "resetLayout")->trigger();
        QVERIFY(dock->isVisible());
        QCOMPARE(action(w, "layout0")->text(), QString("Layout no cosines"));
        action(w, "layout0")->trigger();
        QVERIFY(!dock->isVisible());
        action(w, "forgetLayout0")->trigger();
        QTRY_VERIFY(w.preferences.get().layouts.isEmpty());
    }

    void themeFollowsTheChoice() {
        Window w({1280, 760}, file("theme.ini"));
        ui::ThemeSwitch theme(w.preferences, ui::ThemeChoice::Dark);
        QVERIFY(widgets::Theme::of(&w.window).dark);
        action(w, "themeLight")->trigger();
        QVERIFY(!widgets::Theme::of(&w.window).dark);
        QVERIFY(action(w, "themeLight")->isChecked() && !action(w, "themeSystem")->isChecked());
        action(w, "themeDark")->trigger();
        QVERIFY(widgets::Theme::of(&w.window).dark);
    }

    void filesAreDropped() {
        Window w;
        drop(w, {file("second.rankscope")});
        QTRY_VERIFY(w.loaded());
        QVERIFY(w.window.windowTitle().startsWith("second"));
        QSignalSpy compare(&w.window, &ui::MainWindow::compareRequested);
        const QStringList both{file("first.rankscope"), file("second.rankscope")};
        drop(w, both);
        QCOMPARE(compare.size(), 1);
        QCOMPARE(compare[0][0].toStringList(), both);
    }

    void samplesAreFilesWhenTheyAreWanted() {
        qputenv("XDG_CACHE_HOME", file("cache").toLocal8Bit());
        Window w({1280, 760}, file("samples.ini"));
        auto* departs = w.window.empty()->findChild<ui::SampleButton*>(ui::SampleShelf::kDeparting);
        QTest::mouseClick(departs, Qt::LeftButton);
        QTRY_VERIFY(w.loaded());
        QCOMPARE(w.controller.frame()->status.world, 8u);
        QCOMPARE(w.controller.frame()->lastStep, 99.0);
        QCOMPARE(w.headline(), QString("8 of 8 ranks recorded"));
        QVERIFY(w.preferences.get().recent.isEmpty()); // it is no file of the user's
        w.controller.click(80, -1);
        QTRY_COMPARE(w.cursorStep(), std::uint64_t{80});
        const auto& cursor = w.controller.frame()->cursor;
        QVERIFY(cursor.workers[5].metrics.loss > cursor.metrics.lossMean + 1); // as its name says
        QSignalSpy compare(&w.window, &ui::MainWindow::compareRequested);
        w.window.empty()
            ->findChild<ui::SampleButton*>(ui::SampleShelf::kHealthy + "+" +
                                           ui::SampleShelf::kOtherSeed)
            ->click();
        QTRY_COMPARE(compare.size(), 1);
        for (const QString& sample : compare[0][0].toStringList())
            QVERIFY(QFile::exists(sample));
    }

    void aSampleThatCannotBeCopiedSaysSo() {
        QFile inTheWay(file("no-folder"));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        qputenv("XDG_CACHE_HOME", inTheWay.fileName().toLocal8Bit());
        Window w;
        w.window.empty()->findChild<ui::SampleButton*>(ui::SampleShelf::kHealthy)->click();
        QTRY_VERIFY(w.controller.error());
        QVERIFY(w.headline().startsWith("The sample could not be copied to "));
    }

    void recentFilesStandOnTheFirstPage() {
        {
            Window w({1280, 760}, file("first-page.ini"));
            w.window.openFiles({file("first.rankscope")});
            QTRY_VERIFY(w.loaded());
        }
        Window w({1280, 760}, file("first-page.ini"));
        QPushButton* recent = nullptr;
        for (auto* button : w.window.empty()->findChildren<QPushButton*>())
            if (button->text() == "first.rankscope")
                recent = button;
        QVERIFY(recent != nullptr);
        QTest::mouseClick(recent, Qt::LeftButton);
        QTRY_VERIFY(w.loaded());
    }

    void listensAgainAfterAFile() {
        Window w;
        w.window.openFiles({file("first.rankscope")});
        QTRY_VERIFY(w.loaded());
        w.listener.listenOn(QStringLiteral("tcp://127.0.0.1:*"));
        QTRY_VERIFY(!w.controller.source()->endpoint.empty());
        QVERIFY(!w.window.showsRun());
        w.window.openFiles({file("first.rankscope")}); // nobody has called: nothing is lost
        QTRY_VERIFY(w.loaded());
        action(w, "listen")->trigger();
        QTRY_VERIFY(!w.controller.source()->endpoint.empty());
    }
};

QTEST_MAIN(TestManners)
#include "TestManners.moc"
