// SPDX-License-Identifier: GPL-3.0-or-later
// Through the steps of a run: with the mouse, with keys, and by themselves.
#include "tests/gui/RecordedRuns.h"
#include "tests/gui/Window.h"

#include <QPushButton>
#include <QTest>
#include <cmath>

using namespace rankscope;
using support::RecordedRuns;
using support::Window;
using ui::ChartKind;

class TestStepping : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    RecordedRuns m_runs;

    static QPoint at(widgets::ChartPanel* panel, double step) {
        return {static_cast<int>(std::lround(panel->geometry().toX(step))),
                static_cast<int>(panel->geometry().plot.center().y())};
    }

  private slots:
    void initTestCase();
    void hoverMovesEverything();
    void zoomAndReset();
    void keysWalkThroughTheRun();
    void oldValuesAreFaint();
    void playbackRunsToTheEnd();
    void playbackLoopsOverTheView();
    void timelineScrubs();
};

void TestStepping::initTestCase() {
    support::FatalMessages::install();
    widgets::font::load();
    widgets::applyTheme(widgets::Theme::darkTheme());
}

void TestStepping::hoverMovesEverything() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    auto* loss = w.panel(ChartKind::Loss);
    QTest::mouseMove(loss, at(loss, 40));
    QTest::mouseMove(loss, at(loss, 20));
    for (const ChartKind kind : ui::kCharts)
        QCOMPARE(w.panel(kind)->cursor(), 20.0); // at once, before the engine answers
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{20});
    QCOMPARE(loss->header()[0].value, std::string("20"));
    const auto& metrics = w.controller.frame()->cursor.metrics;
    QCOMPARE(loss->header()[1].value, ui::plainText(metrics.lossMean));
    QCOMPARE(w.window.run()->workers()->model()->index(3, 2).data().toString().toStdString(),
             ui::plainText(w.controller.frame()->cursor.workers[3].metrics.loss));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(loss, &leave);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{59});
}

void TestStepping::zoomAndReset() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    auto* direction = w.panel(ChartKind::Direction);
    QTest::mousePress(direction, Qt::LeftButton, {}, at(direction, 20));
    QTest::mouseMove(direction, at(direction, 35));
    QTest::mouseRelease(direction, Qt::LeftButton, {}, at(direction, 40));
    QTRY_VERIFY(std::abs(w.controller.frame()->viewFirst - 20) < 0.2);
    for (const ChartKind kind : ui::kCharts)
        QVERIFY(std::abs(w.panel(kind)->geometry().last - 40) < 0.2);
    QVERIFY(w.window.run()->timeline()->frame().viewLast < 41);
    QTest::mouseDClick(direction, Qt::LeftButton, {}, at(direction, 30));
    QTRY_COMPARE(w.panel(ChartKind::Loss)->geometry().last, 59.5);
}

void TestStepping::keysWalkThroughTheRun() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    QVERIFY(QTest::qWaitForWindowActive(&w.window));
    QTest::keyClick(&w.window, Qt::Key_Left);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{58});
    QTest::keyClick(&w.window, Qt::Key_Left, Qt::ShiftModifier);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{48});
    QTest::keyClick(&w.window, Qt::Key_Home);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{0});
    QTest::keyClick(&w.window, Qt::Key_Right);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{1});
    QTest::keyClick(&w.window, Qt::Key_End);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{59});
}

void TestStepping::oldValuesAreFaint() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    const auto strongest = [](QWidget* widget, QRect area) {
        const QImage image = widget->grab(area).toImage();
        int most = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                most = std::max(most, image.pixelColor(x, y).lightness());
        return most;
    };
    auto* loss = w.panel(ChartKind::Loss);
    auto* table = w.window.run()->workers();
    const QRect values(loss->width() / 2, 0, loss->width() / 2, widgets::ChartPanel::kHeader);
    const QRect row(table->width() / 2, 30, table->width() / 4, 20);
    const int header = strongest(loss, values), cell = strongest(table, row);
    auto stale = *w.controller.frame();
    stale.status.state = engine::RunState::Stale;
    stale.status.lagSeconds = 14;
    emit w.adapter.framePublished(std::make_shared<const engine::RunFrame>(stale));
    QCOMPARE(w.window.pill()->text(), QString("STALE 14 s"));
    QVERIFY(strongest(loss, values) < 0.75 * header);
    QVERIFY(strongest(table, row) < 0.75 * cell);
    stale.status.state = engine::RunState::Live;
    emit w.adapter.framePublished(std::make_shared<const engine::RunFrame>(stale));
    QCOMPARE(strongest(loss, values), header);
    QCOMPARE(strongest(table, row), cell);
}

void TestStepping::playbackRunsToTheEnd() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    double shortest = 60;
    connect(&w.controller, &ui::RunController::changed, &w.window,
            [&] { shortest = std::min(shortest, w.controller.frame()->lastStep); });
    w.controller.setSpeed(100);
    w.controller.playOrPause();
    QVERIFY(w.controller.playing());
    QTRY_VERIFY(shortest < 30); // the future is not shown, but in the timeline there is room for it
    QCOMPARE(w.window.run()->timeline()->frame().last, 59.0);
    QTRY_VERIFY(!w.controller.playing());
    QTRY_COMPARE(w.controller.frame()->lastStep, 59.0);
}

void TestStepping::playbackLoopsOverTheView() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    w.controller.zoom(20, 30);
    QTRY_VERIFY(std::abs(w.controller.frame()->viewLast - 30) < 1);
    auto* loop = w.window.run()->transport()->loopButton();
    QTest::mouseClick(loop, Qt::LeftButton);
    QVERIFY(w.controller.view().loops());
    QTRY_VERIFY(loop->isChecked() && w.window.run()->timeline()->frame().loops);
    int rounds = 0;
    double least = 99, most = 0, before = 0;
    connect(&w.controller, &ui::RunController::changed, &w.window, [&] {
        if (const auto playhead = w.controller.view().view().playhead) {
            const auto at = static_cast<double>(playhead->value());
            least = std::min(least, at);
            most = std::max(most, at);
            rounds += at < before ? 1 : 0;
            before = at;
        }
    });
    w.controller.setSpeed(200);
    w.controller.playOrPause();
    QTRY_VERIFY(rounds >= 2);
    QVERIFY(w.controller.playing());
    QVERIFY(least >= 20 && most <= 30);
    w.controller.playOrPause();
    QVERIFY(!w.controller.playing());
}

void TestStepping::timelineScrubs() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    auto* timeline = w.window.run()->timeline();
    const auto x = [&](double step) { return QPoint(static_cast<int>(timeline->toX(step)), 30); };
    QTest::mouseClick(timeline, Qt::LeftButton, {}, x(30.2));
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{30});
    QCOMPARE(w.panel(ChartKind::NormDispersion)->cursor(), 30.0);
}

QTEST_MAIN(TestStepping)
#include "TestStepping.moc"
