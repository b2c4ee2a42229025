// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Ranks.h"
#include "tests/gui/Window.h"

#include "tests/support/FatalMessages.h"

#include <QFile>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

using namespace rankscope;
using support::Ranks;
using support::Window;

class TestLiveWindow : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    QTemporaryDir m_folder;

    [[nodiscard]] std::string path(const char* name) const {
        return m_folder.filePath(QLatin1String(name)).toStdString();
    }

    /// Listens on a free port and returns where.
    static std::string listening(Window& w, const std::string& file) {
        w.adapter.listen("tcp://127.0.0.1:*", file, true);
        const bool opened =
            QTest::qWaitFor([&] { return w.controller.source() || w.controller.error(); });
        return opened && w.controller.source() ? w.controller.source()->endpoint : std::string();
    }

  private slots:
    void initTestCase() {
        support::FatalMessages::install();
        widgets::font::load();
        widgets::applyTheme(widgets::Theme::darkTheme());
    }

    void waitsAndSaysSo() {
        Window w;
        const std::string endpoint = listening(w, path("waiting"));
        QVERIFY(!endpoint.empty());
        QCOMPARE(w.window.pill()->text(), QString("WAITING"));
        QCOMPARE(w.window.empty()->listeningText(), QString("Listening. No rank has called yet."));
        QVERIFY(w.window.statusText().contains(QString::fromStdString("Listening on " + endpoint)));
        QVERIFY(w.window.statusText().contains("recording waiting"));
        QVERIFY(!w.window.showsRun());
        QVERIFY(w.preferences.get().recent.isEmpty()); // nothing worth finding again yet
    }

    void showsRanksAsTheyTrain() {
        Window w;
        Ranks ranks(listening(w, path("live")), 4);
        ranks.step(30);
        QTRY_VERIFY(w.window.showsRun());
        QTRY_COMPARE(w.window.pill()->text(), QString("LIVE"));
        QTRY_COMPARE(w.controller.frame()->lastStep, 29.0);
        QCOMPARE(w.preferences.get().recent.value(0), QString::fromStdString(path("live")));
        QTRY_COMPARE(w.headline(), QString("4 of 4 ranks reporting"));
        QTRY_COMPARE(w.cursorStep(), std::uint64_t{29});
        QTRY_COMPARE(w.window.run()->workers()->model()->index(3, 2).data().toString(),
                     QString("2.30"));

        w.controller.playOrPause(); // holds the picture, recording goes on
        ranks.step(12);
        QTRY_COMPARE(w.window.run()->transport()->liveText(), QString("Live +12"));
        QCOMPARE(w.window.pill()->text(), QString("PAUSED"));
        QCOMPARE(w.panel(ui::ChartKind::Loss)->geometry().last, 29.5);
        w.controller.goLive();
        QTRY_COMPARE(w.panel(ui::ChartKind::Loss)->geometry().last, 41.5);
        QCOMPARE(w.window.run()->transport()->liveText(), QString("Live"));

        ranks.close();
        QTRY_COMPARE(w.window.pill()->text(), QString("ENDED"));
        QCOMPARE(w.controller.frame()->status.lost, std::uint64_t{0});
    }

    void busyPortHasAWayOut() {
        Window first, second;
        const std::string endpoint = listening(first, path("first"));
        second.listener.listenOn(QString::fromStdString(endpoint));
        QTRY_VERIFY(second.controller.error());
        QCOMPARE(second.controller.error()->code, ErrorCode::Busy);
        QCOMPARE(second.window.verdict()->verdict().kind, ui::Verdict::Kind::Failure);
        QCOMPARE(second.window.empty()->listeningText(), QString("Not listening."));
        auto* button = second.window.verdict()->findChild<QPushButton*>();
        QVERIFY(button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY(second.controller.source());
        QVERIFY(second.controller.source()->endpoint != endpoint);
        QVERIFY(!second.controller.error());
    }

    void emptyRecordingGoesAgain() {
        const std::string file = path("nobody");
        {
            Window w;
            w.adapter.listen("tcp://127.0.0.1:*", file, false);
            QTRY_VERIFY(w.controller.source());
            QVERIFY(QFile::exists(QString::fromStdString(file)));
        }
        QVERIFY(!QFile::exists(QString::fromStdString(file)));
    }

    void aBadFileEndsNoListening() {
        Window w;
        const std::string endpoint = listening(w, path("goes-on"));
        w.adapter.openFile(path("no-such-file"));
        QTRY_VERIFY(w.controller.error());
        QCOMPARE(w.window.verdict()->verdict().kind, ui::Verdict::Kind::Failure);
        QCOMPARE(w.window.empty()->listeningText(), QString("Listening. No rank has called yet."));
        Ranks ranks(endpoint, 2);
        ranks.step(5);
        QTRY_VERIFY(w.window.showsRun());
        w.controller.clearSelection();
        QTRY_COMPARE(w.headline(), QString("2 of 2 ranks reporting"));
    }

    void recordingOfNobodySaysSo() {
        const std::string file = path("silence");
        {
            Window w;
            QVERIFY(!listening(w, file).empty());
        }
        Window w;
        w.adapter.openFile(file);
        QTRY_COMPARE(w.headline(),
                     QString("This session holds no step: no rank called while it was recorded."));
        QCOMPARE(w.window.pill()->text(), QString("REPLAY"));
        QVERIFY(!w.window.showsRun());
    }

    void closedFileIsTheWholeRun() {
        const std::string file = path("whole");
        {
            Window w;
            Ranks ranks(listening(w, file), 2);
            ranks.step(10);
            QTRY_VERIFY(w.window.showsRun());
            ranks.close();
        }
        Window w;
        w.adapter.openFile(file);
        QTRY_VERIFY(w.loaded());
        QCOMPARE(w.window.pill()->text(), QString("REPLAY"));
        QCOMPARE(w.controller.frame()->lastStep, 9.0);
    }
};

QTEST_MAIN(TestLiveWindow)
#include "TestLiveWindow.moc"
