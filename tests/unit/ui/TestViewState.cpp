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
    frame.lastStep = frame.spanLast = frame.viewLast = last;
    frame.cursor.step = Step{static_cast<std::uint64_t>(last)};
    return frame;
}

ViewState stateOf(engine::RunState state, double last = 100) {
    ViewState view;
    view.take(frameTo(last, state));
    return view;
}

std::vector<RankId> ranks(std::initializer_list<std::uint32_t> values) {
    std::vector<RankId> made;
    for (const std::uint32_t value : values)
        made.push_back(RankId{value});
    return made;
}

/// Four ranks on two hosts.
engine::RunFrame frameWithRanks() {
    engine::RunFrame frame = frameTo(100, engine::RunState::Replay);
    for (std::uint32_t rank = 0; rank < 4; ++rank) {
        engine::WorkerRow row;
        row.metrics.rank = RankId{rank};
        row.host = rank < 2 ? "node0" : "node1";
        frame.cursor.workers.push_back(row);
    }
    return frame;
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

    void viewsAreUndone() {
        ViewState view = stateOf(engine::RunState::Replay);
        QVERIFY(!view.canUndo() && !view.undo());
        view.zoom(20, 40);
        view.zoom(22, 38, true); // the next notch of the wheel
        view.zoom(25, 35);
        view.reset();
        QVERIFY(view.view().follow);
        QVERIFY(view.undo());
        QCOMPARE(view.view().first, 25.0);
        QVERIFY(view.undo());
        QCOMPARE(view.view().first, 22.0);
        QVERIFY(view.undo());
        QVERIFY(view.view().follow && !view.canUndo());
        QVERIFY(view.redo() && view.redo());
        QCOMPARE(view.view().last, 35.0);
        view.zoom(50, 60); // a new path: the old one is gone
        QVERIFY(!view.canRedo());
        view.reset();
        view.reset(); // nothing changed
        QVERIFY(view.undo());
        QCOMPARE(view.view().first, 50.0);
    }

    void keysZoomAndPan() {
        ViewState view = stateOf(engine::RunState::Replay);
        view.zoomAt(0.5); // -0.5 .. 100.5 around its middle
        QCOMPARE(view.view().first, 24.75);
        QCOMPARE(view.view().last, 75.25);
        view.panBy(0.5);
        QCOMPARE(view.view().first, 50.0);
        QCOMPARE(view.view().last, 100.5);
        view.pin(60);
        view.zoomAt(0.5); // around the cursor, which keeps its place
        QCOMPARE(view.view().first, 55.0);
        QCOMPARE(view.view().last, 80.25);
        view.zoomAt(100);
        QVERIFY(view.view().follow);
    }

    void aLoopRepeatsWhatIsVisible() {
        ViewState view = stateOf(engine::RunState::Replay);
        view.zoom(20.5, 40.5);
        view.setLoop(true);
        view.startPlayback();
        QCOMPARE(view.view().playhead, Step{21});
        QVERIFY(view.advance(19));
        QCOMPARE(view.view().playhead, Step{40});
        QVERIFY(view.advance(1));
        QCOMPARE(view.view().playhead, Step{21});
        QVERIFY(view.advance(4));
        view.startPlayback(); // after a pause it goes on where it stood
        QCOMPARE(view.view().playhead, Step{25});
        view.reset();
        QVERIFY(view.advance(75));
        QCOMPARE(view.view().playhead, Step{100});
        QVERIFY(view.advance(1));
        QCOMPARE(view.view().playhead, Step{0});
    }

    void ranksAreFilteredAndPinnedOnesStay() {
        ViewState view;
        QVERIFY(!view.take(frameWithRanks())); // nothing is filtered yet
        QVERIFY(!view.view().only);
        view.ranks().pin(RankId{3}, true);
        view.ranks().select(RankId{0});
        QCOMPARE(view.view().wanted, ranks({0, 3}));
        QVERIFY(!view.view().only);
        view.ranks().setHost("node0");
        QCOMPARE(view.view().only, std::optional(ranks({0, 1, 3})));
        view.ranks().hide(RankId{1}, true);
        QCOMPARE(view.view().only, std::optional(ranks({0, 3})));
        view.ranks().hide(RankId{0}, true); // hidden ranks are not selected
        QVERIFY(!view.ranks().selected());
        QCOMPARE(view.view().only, std::optional(ranks({3})));
        view.ranks().showAll();
        QVERIFY(!view.view().only);
        QCOMPARE(view.view().wanted, ranks({3}));
        view.ranks().solo(RankId{2}, true);
        QCOMPARE(view.view().only, std::optional(ranks({2, 3})));
        view.ranks().solo(RankId{2}, false);
        QVERIFY(!view.view().only);
        QCOMPARE(view.ranks().hosts(), (std::vector<std::string>{"node0", "node1"}));
    }

    void aFilterFollowsTheRanksThatCome() {
        ViewState view;
        view.take(frameWithRanks());
        view.ranks().setHost("node1");
        QCOMPARE(view.view().only, std::optional(ranks({2, 3})));
        engine::RunFrame more = frameWithRanks();
        more.cursor.workers.push_back(more.cursor.workers.back());
        more.cursor.workers.back().metrics.rank = RankId{4};
        QVERIFY(view.take(more)); // the engine is to be asked again
        QVERIFY(!view.take(more));
        QCOMPARE(view.view().only, std::optional(ranks({2, 3, 4})));
    }

    void aPairHasNoOrder() {
        ViewState view;
        view.selectPair(RankId{5}, RankId{2});
        QCOMPARE(view.view().pair, std::optional(std::pair(RankId{2}, RankId{5})));
        view.selectPair(RankId{2}, RankId{2});
        QVERIFY(!view.view().pair);
    }

    void cosinesOfManyRanksAreAMeanUnlessTheUserChose() {
        engine::RunFrame few = frameTo(100, engine::RunState::Replay), many = few;
        few.status.world = 16;
        many.status.world = 17;
        ViewState view;
        view.take(few);
        QCOMPARE(view.view().cosineWindow, 1u);
        QVERIFY(view.take(many));
        QCOMPARE(view.view().cosineWindow, 16u);
        view.clear();
        view.take(few);
        QCOMPARE(view.view().cosineWindow, 1u);
        view.setCosineWindow(4);
        QVERIFY(!view.take(many));
        QCOMPARE(view.view().cosineWindow, 4u);
    }

    void anotherRunKeepsHowLinesAreDrawn() {
        ViewState view = stateOf(engine::RunState::Replay);
        view.setSmoothing(16);
        view.setCosineWindow(8);
        view.setColumns(123);
        view.zoom(20, 40);
        view.ranks().select(RankId{1});
        view.clear();
        QCOMPARE(view.view().smoothing, 16.0);
        QCOMPARE(view.view().cosineWindow, 8u);
        QCOMPARE(view.view().columns, 123);
        QVERIFY(view.view().follow && view.view().wanted.empty() && !view.canUndo());
    }
};

QTEST_APPLESS_MAIN(TestViewState)
#include "TestViewState.moc"
