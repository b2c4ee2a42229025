// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/ViewState.h"

#include <QTest>

using namespace rankscope;
using ui::ViewState;

namespace {

engine::RunFrame frameTo(double last, engine::RunState state) {
    engine::RunFrame frame;
    frame.empty = false;
    frame.status.state = state;
    frame.lastStep = frame.viewLast = last;
    frame.cursor.step = Step{static_cast<std::uint64_t>(last)};
    return frame;
}

ViewState stateOf(engine::RunState state, double last = 100) {
    ViewState view;
    view.take(frameTo(last, state));
    return view;
}

} // namespace

class TestViewState : public QObject {
    Q_OBJECT

  private slots:
    void hoverGoesAndPinStays() {
        ViewState view = stateOf(engine::RunState::Replay);
        QVERIFY(!view.view().cursor);
        view.hover(41.6);
        QCOMPARE(view.view().cursor, Step{42});
        view.leave();
        QVERIFY(!view.view().cursor);
        view.pin(7);
        view.hover(500); // beyond the run
        QCOMPARE(view.view().cursor, Step{100});
        view.leave();
        QCOMPARE(view.view().cursor, Step{7});
        view.unpin();
        QVERIFY(!view.view().cursor);
    }

    void stepsWalkFromWhereTheCursorIs() {
        ViewState view = stateOf(engine::RunState::Replay);
        view.moveBy(-1);
        QCOMPARE(view.view().cursor, Step{99});
        view.moveBy(-10);
        QCOMPARE(view.view().cursor, Step{89});
        view.moveBy(1000);
        QCOMPARE(view.view().cursor, Step{100});
        view.toFirst();
        QCOMPARE(view.view().cursor, Step{0});
        view.toLast();
        QVERIFY(!view.view().cursor);
    }

    void zoomStaysWithinTheRun() {
        ViewState view = stateOf(engine::RunState::Replay);
        view.zoom(20, 40);
        QVERIFY(!view.view().follow);
        QCOMPARE(view.view().first, 20.0);
        view.zoom(-30, 10); // keeps its width at the edge
        QCOMPARE(view.view().first, -0.5);
        QCOMPARE(view.view().last, 39.5);
        view.zoom(50, 50.01);
        QVERIFY(view.view().last - view.view().first >= 2);
        view.zoom(-10, 200);
        QVERIFY(view.view().follow);
        view.zoom(20, 40);
        view.reset();
        QVERIFY(view.view().follow);
        QCOMPARE(view.view().span, 0.0);
    }

    void steppingOutOfSightPans() {
        ViewState view = stateOf(engine::RunState::Replay);
        view.zoom(20, 40);
        view.pin(40);
        view.moveBy(5);
        QCOMPARE(view.view().cursor, Step{45});
        QCOMPARE(view.view().last, 45.0);
        QCOMPARE(view.view().first, 25.0);
    }

    void liveZoomAtTheEdgeKeepsFollowing() {
        ViewState view = stateOf(engine::RunState::Live);
        view.zoom(60, 120);
        QVERIFY(view.view().follow);
        QVERIFY(!view.held());
        QCOMPARE(view.view().span, 60.0);
        view.zoom(20, 50);
        QVERIFY(view.held());
        view.take(frameTo(228, engine::RunState::Live));
        QCOMPARE(view.newSteps(), std::uint64_t{128});
        view.goLive();
        QVERIFY(!view.held());
        QCOMPARE(view.newSteps(), std::uint64_t{0});
    }

    void holdingKeepsThePicture() {
        ViewState view = stateOf(engine::RunState::Live);
        view.hold();
        view.take(frameTo(150, engine::RunState::Live));
        QVERIFY(view.held());
        QCOMPARE(view.view().last, 100.5);
        QCOMPARE(view.newSteps(), std::uint64_t{50});
    }

    void playbackShowsOnlyWhatHadHappened() {
        ViewState view = stateOf(engine::RunState::Replay);
        view.startPlayback();
        QCOMPARE(view.view().playhead, Step{0});
        QVERIFY(view.advance(30));
        QCOMPARE(view.view().playhead, Step{30});
        view.take(frameTo(30, engine::RunState::Replay)); // the engine shows no more than that
        QVERIFY(view.advance(10));
        view.scrub(80);
        QCOMPARE(view.view().playhead, Step{80});
        QVERIFY(!view.advance(50));
        QVERIFY(!view.view().playhead); // at the end everything is shown
    }

    void playbackBeginsAtThePin() {
        ViewState view = stateOf(engine::RunState::Replay);
        view.scrub(40); // not playing: the cursor
        QCOMPARE(view.view().cursor, Step{40});
        view.startPlayback();
        QCOMPARE(view.view().playhead, Step{40});
        QVERIFY(!view.view().cursor); // it rides on the playhead
    }
};

QTEST_APPLESS_MAIN(TestViewState)
#include "TestViewState.moc"
