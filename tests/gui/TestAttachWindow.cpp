// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Ranks.h"
#include "tests/gui/Window.h"

#include "app/engine/record/Recorder.h"
#include "app/ui/FigureMaker.h"
#include "app/ui/panels/Prompt.h"
#include "app/ui/panels/RunBar.h"
#include "tests/support/BlackHole.h"
#include "tests/support/RecordProcess.h"

#include <QAction>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardPaths>
#include <QTest>
#include <algorithm>

using namespace rankscope;
using support::Ranks;
using support::Window;

/// The window on a recorder elsewhere, over the network.
class TestAttachWindow : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    engine::Recorder::Options m_options;

    std::unique_ptr<engine::Recorder> record() {
        auto started = engine::Recorder::start(m_options);
        if (!started)
            qFatal("%s", started.error().what.c_str());
        return std::move(*started);
    }

    static QStringList remedies(const Window& w) {
        QStringList texts;
        for (const auto* button : w.window.verdict()->findChildren<QPushButton*>())
            if (!button->isHidden())
                texts << button->text();
        return texts;
    }

  private slots:
    void initTestCase() {
        support::FatalMessages::install();
        widgets::font::load();
        widgets::applyTheme(widgets::Theme::darkTheme());
        QStandardPaths::setTestModeEnabled(true);
    }

    void init() {
        m_options.file =
            m_folder.filePath(QStringLiteral("%1.rankscope").arg(QTest::currentTestFunction()))
                .toStdString();
        m_options.runId = "far-away";
        m_options.link.endpoint = test::freeEndpoint();
        m_options.view = test::freeEndpoint();
    }

    void followsLosesAndFindsAgain() {
        auto recorder = record();
        QVERIFY(!recorder->viewProblem());
        Window w;
        const QString view = QString::fromStdString(m_options.view);
        w.window.openFiles({view});
        QTRY_VERIFY(w.controller.source());
        QVERIFY(w.controller.source()->remote);
        QTRY_COMPARE(w.window.empty()->listeningText(),
                     QStringLiteral("Attached. No rank has called there yet."));
        QVERIFY(w.window.empty()->introText().startsWith(QStringLiteral("Attached to ") + view));
        QVERIFY(w.window.empty()->introText().contains(QStringLiteral("RANKSCOPE_ENDPOINT")));
        const auto words = w.window.findChild<ui::RunBar*>()->findChildren<QLabel*>();
        QVERIFY(std::any_of(words.begin(), words.end(), [&](const QLabel* label) {
            return label->text() == QStringLiteral("Attached to ") + view;
        }));
        Ranks ranks(m_options.link.endpoint, 2);
        ranks.step(5);
        QTRY_VERIFY_WITH_TIMEOUT(w.window.showsRun() && w.controller.frame()->lastStep == 4,
                                 15'000);
        QCOMPARE(w.window.pill()->text(), QStringLiteral("LIVE"));
        QVERIFY(w.window.statusText().startsWith(QStringLiteral("Attached to ") +
                                                 QString::fromStdString(m_options.view)));
        QVERIFY(!w.window.statusText().contains(QStringLiteral("reading")));

        recorder.reset(); // not the end of the run: the ranks go on
        ranks.step(3);
        QTRY_COMPARE_WITH_TIMEOUT(w.window.pill()->text(), QStringLiteral("LOST"), 10'000);
        const ui::Verdict lost = w.window.verdict()->verdict();
        QCOMPARE(lost.kind, ui::Verdict::Kind::Failure);
        QCOMPARE(lost.headline, "The recorder at " + m_options.view + " does not answer.");
        QVERIFY(lost.detail.find("by itself") != std::string::npos);
        QVERIFY(remedies(w).isEmpty());
        QCOMPARE(w.controller.frame()->lastStep, 4.0); // what was read stays

        recorder = record();
        ranks.step(2);
        QTRY_COMPARE_WITH_TIMEOUT(w.window.pill()->text(), QStringLiteral("LIVE"), 15'000);
        QTRY_COMPARE_WITH_TIMEOUT(w.controller.frame()->lastStep, 9.0, 15'000);
        QTRY_COMPARE(w.controller.frame()->status.records, 20U); // neither gap nor double
        QCOMPARE(w.controller.frame()->status.lost, 0U);
        QVERIFY(w.headline() != QString::fromStdString(lost.headline));

        ranks.close();
        QTRY_COMPARE_WITH_TIMEOUT(w.window.pill()->text(), QStringLiteral("ENDED"), 15'000);
        recorder.reset(); // the recorder ends with its run: nobody misses it
        QTest::qWait(6500);
        QCOMPARE(w.window.pill()->text(), QStringLiteral("ENDED"));
    }

    /// What a recorder that left took with it is said to be missing, where it is missing.
    void anEndedRunNamesWhatItLacks() {
        auto recorder = record();
        Window w;
        w.window.openFiles({QString::fromStdString(m_options.view)});
        QTRY_VERIFY(w.controller.source());
        Ranks ranks(m_options.link.endpoint, 2);
        ranks.step(600);
        QTRY_VERIFY_WITH_TIMEOUT(w.window.showsRun() && w.controller.frame()->lastStep == 599,
                                 15'000);
        ranks.close();
        QTRY_COMPARE_WITH_TIMEOUT(w.window.pill()->text(), QStringLiteral("ENDED"), 15'000);
        recorder.reset();
        QTest::qWait(6500);
        QCOMPARE(w.window.pill()->text(), QStringLiteral("ENDED"));

        w.controller.goTo(100);
        QTRY_VERIFY_WITH_TIMEOUT(w.controller.frame()->cursor.unreadable, 15'000);
        QCOMPARE(w.window.pill()->text(), QStringLiteral("LOST"));
        QVERIFY(w.headline().contains(QStringLiteral("does not answer")));
        QVERIFY(w.window.verdict()->verdict().detail.find("session file") != std::string::npos);
        const QString missing = QStringLiteral("Step 100 can't be read: the recorder has left. "
                                               "Open its session file to see it.");
        auto* workers = w.window.findChild<ui::WorkersPane*>();
        QCOMPARE(workers->emptyText(), missing);
        for (const char* name : {"cosineDock", "layerDock"}) {
            const auto* map = w.window.findChild<QDockWidget*>(QLatin1String(name))
                                  ->findChild<widgets::HeatmapView*>();
            QCOMPARE(QString::fromStdString(map->frame().emptyText), missing);
        }

        w.controller.goTo(599);
        QTRY_COMPARE_WITH_TIMEOUT(w.window.pill()->text(), QStringLiteral("ENDED"), 15'000);
        QVERIFY(workers->emptyText().isEmpty());
    }

    void anotherSessionIsOfferedAnew() {
        auto recorder = record();
        Window w;
        w.window.openFiles({QString::fromStdString(m_options.view)});
        QTRY_VERIFY(w.controller.source());
        recorder.reset();
        m_options.overwrite = true;
        recorder = record();
        m_options.overwrite = false;
        QTRY_VERIFY_WITH_TIMEOUT(w.headline().startsWith(QStringLiteral("Another session")),
                                 15'000);
        QCOMPARE(remedies(w), QStringList{QStringLiteral("Try again")});
        emit w.window.verdict()->remedyClicked(0);
        QTRY_VERIFY_WITH_TIMEOUT(w.headline().isEmpty(), 15'000);
    }

    void nobodyThereIsSaid() {
        Window w;
        w.window.openFiles({QString::fromStdString(test::freeEndpoint())});
        QTRY_VERIFY_WITH_TIMEOUT(w.controller.error(), 10'000);
        QVERIFY(w.headline().startsWith(QStringLiteral("No recorder answers at tcp://")));
        QCOMPARE(remedies(w), QStringList{QStringLiteral("Try again")});
        QVERIFY(w.preferences.get().recent.isEmpty());
    }

    void theMenuAsksForTheRecorder() {
        const auto recorder = record();
        Window w;
        auto* action = w.window.findChild<QAction*>(QStringLiteral("attach"));
        QVERIFY(action != nullptr);
        action->trigger();
        QVERIFY(w.window.prompt()->question().startsWith(QStringLiteral("Recorder to look at")));
        QTest::keyClicks(w.window.prompt()->field(), QString::fromStdString(m_options.view));
        QTest::keyClick(w.window.prompt()->field(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(w.controller.source(), 10'000);
        QCOMPARE(w.controller.source()->file, m_options.view);
        QTRY_COMPARE(w.preferences.get().recent,
                     QStringList{QString::fromStdString(m_options.view)});
        QVERIFY(!w.preferences.isGone(w.preferences.get().recent.first()));
    }

    /// Nor does a figure that is being made.
    void aFigureWaitsForNobodyAtTheEnd() {
        const test::BlackHole silent;
        QElapsedTimer timer;
        {
            ui::FigureMaker maker;
            figures::FigureRequest request;
            request.files = {silent.endpoint()};
            request.panels = {figures::PanelKind::Cosine};
            maker.preview(request);
            QTest::qWait(300);
            timer.start();
        }
        QVERIFY(timer.elapsed() < 2000);
    }

    /// Quitting doesn't wait for a recorder that doesn't answer.
    void closingWaitsForNobody() {
        QElapsedTimer timer;
        {
            Window w;
            w.window.openFiles({QString::fromStdString(test::freeEndpoint())});
            QTest::qWait(300);
            timer.start();
        }
        QVERIFY(timer.elapsed() < 2000);
    }
};

QTEST_MAIN(TestAttachWindow)
#include "TestAttachWindow.moc"
