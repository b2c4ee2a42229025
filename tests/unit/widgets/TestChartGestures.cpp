// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FatalMessages.h"
#include "tests/unit/widgets/ShownChart.h"

#include <QContextMenuEvent>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <cmath>

using namespace rankscope::widgets;

namespace {

void wheel(ChartPanel& panel, QPoint at, int notches, Qt::KeyboardModifiers keys = {}) {
    QWheelEvent event(at, panel.mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, keys,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&panel, &event);
}

} // namespace

/// What pointer and keys do to a panel.
class TestChartGestures : public QObject {
    Q_OBJECT
    rankscope::support::FatalMessages m_fatal;

  private slots:
    void initTestCase();
    void hoverRendersNothing();
    void clickNamesStepAndRank();
    void wheelZoomsAtThePointer();
    void dragZoomsInX();
    void doubleClickResets();
    void controlWheelZoomsY();
    void shiftDragZoomsBoth();
    void anotherAxisForgetsTheZoom();
    void middleDragPans();
    void heldKeyTurnsADragIntoAPan();
    void keysZoomAndPan();
    void menuKnowsWhatItIsAbout();
    void pointerThickensALineAndNamesIt();
};

void TestChartGestures::initTestCase() {
    rankscope::support::FatalMessages::install();
    font::load();
    applyTheme(Theme::darkTheme());
}

void TestChartGestures::hoverRendersNothing() {
    Shown shown(flatFrame(1, 3));
    (void)shown.panel.grab();
    const int before = shown.panel.renderCount();
    QSignalSpy hovered(&shown.panel, &ChartPanel::hovered);
    QTest::mouseMove(&shown.panel, shown.at(4, 2));
    QTest::mouseMove(&shown.panel, shown.at(7, 2));
    QVERIFY(hovered.size() >= 1);
    QVERIFY(std::abs(hovered.last()[0].toDouble() - 7) < 0.1);
    shown.panel.setCursor(7);
    shown.panel.setHeader({{"mean", "3.00", Ink::Mean}});
    const QImage image = shown.panel.grab().toImage();
    QCOMPARE(shown.panel.renderCount(), before);
    const int line = static_cast<int>(shown.panel.geometry().toX(7));
    QVERIFY(countIn(image, line, shown.y(2.5), shown.y(1.5), Theme::darkTheme().text2) > 10);
}

void TestChartGestures::clickNamesStepAndRank() {
    Shown shown(flatFrame(1, 3));
    QSignalSpy clicked(&shown.panel, &ChartPanel::clicked);
    QTest::mouseClick(&shown.panel, Qt::LeftButton, {}, shown.at(4, 1));
    QTest::mouseClick(&shown.panel, Qt::LeftButton, {}, shown.at(6, 2));
    QCOMPARE(clicked.size(), 2);
    QCOMPARE(clicked[0][1].toInt(), 3);
    QVERIFY(std::abs(clicked[0][0].toDouble() - 4) < 0.1);
    QCOMPARE(clicked[1][1].toInt(), -1);
}

void TestChartGestures::wheelZoomsAtThePointer() {
    Shown shown(flatFrame(1, 3));
    QSignalSpy view(&shown.panel, &ChartPanel::viewRequested);
    wheel(shown.panel, shown.at(4, 2), 1);
    QCOMPARE(view.size(), 1);
    const double first = view[0][0].toDouble(), last = view[0][1].toDouble();
    QVERIFY(std::abs((last - first) - 11 * 0.8) < 1e-6);
    QVERIFY(std::abs((4 - first) / (last - first) - (4 + 0.5) / 11) < 0.01);
}

void TestChartGestures::dragZoomsInX() {
    Shown shown(flatFrame(1, 3));
    QSignalSpy view(&shown.panel, &ChartPanel::viewRequested);
    QSignalSpy clicked(&shown.panel, &ChartPanel::clicked);
    QTest::mousePress(&shown.panel, Qt::LeftButton, {}, shown.at(8, 2));
    QTest::mouseMove(&shown.panel, shown.at(5, 2));
    QTest::mouseRelease(&shown.panel, Qt::LeftButton, {}, shown.at(3, 2));
    QCOMPARE(view.size(), 1);
    QCOMPARE(clicked.size(), 0);
    QVERIFY(std::abs(view[0][0].toDouble() - 3) < 0.1);
    QVERIFY(std::abs(view[0][1].toDouble() - 8) < 0.1);
}

void TestChartGestures::doubleClickResets() {
    Shown shown(flatFrame(1, 3));
    QSignalSpy reset(&shown.panel, &ChartPanel::resetRequested);
    QTest::mouseDClick(&shown.panel, Qt::LeftButton, {}, shown.at(4, 2));
    QCOMPARE(reset.size(), 1);
}

void TestChartGestures::controlWheelZoomsY() {
    Shown shown(flatFrame(1, 3));
    QSignalSpy view(&shown.panel, &ChartPanel::viewRequested);
    const Scale before = shown.panel.geometry().y;
    const QPoint at = shown.at(4, 2.5);
    const double value = shown.panel.geometry().fromY(at.y());
    wheel(shown.panel, at, 2, Qt::ControlModifier);
    QVERIFY(shown.panel.yZoomed());
    const Scale after = shown.panel.geometry().y;
    QVERIFY(std::abs((after.max - after.min) - 0.64 * (before.max - before.min)) < 1e-9);
    QVERIFY(std::abs(after.position(value) - before.position(value)) < 1e-9);
    QCOMPARE(view.size(), 0);
    wheel(shown.panel, at, -3, Qt::ControlModifier); // out to all there is: no zoom any more
    QVERIFY(!shown.panel.yZoomed());
    QCOMPARE(shown.panel.geometry().y.max, before.max);
    wheel(shown.panel, at, 1, Qt::ControlModifier);
    QTest::mouseDClick(&shown.panel, Qt::LeftButton, {}, at);
    QVERIFY(!shown.panel.yZoomed());
}

void TestChartGestures::shiftDragZoomsBoth() {
    Shown shown(flatFrame(1, 3));
    QSignalSpy view(&shown.panel, &ChartPanel::viewRequested);
    QTest::mousePress(&shown.panel, Qt::LeftButton, Qt::ShiftModifier, shown.at(2, 2.5));
    QTest::mouseMove(&shown.panel, shown.at(6, 1.5));
    QTest::mouseRelease(&shown.panel, Qt::LeftButton, Qt::ShiftModifier, shown.at(6, 1.5));
    QCOMPARE(view.size(), 1);
    QVERIFY(std::abs(view[0][0].toDouble() - 2) < 0.1 && std::abs(view[0][1].toDouble() - 6) < 0.1);
    QVERIFY(std::abs(shown.panel.geometry().y.min - 1.5) < 0.05);
    QVERIFY(std::abs(shown.panel.geometry().y.max - 2.5) < 0.05);
    const QRectF mark = markBox(shown.panel.frame(), {QRectF(52, 0, 504, 26), 0, "y zoomed", 1});
    QTest::mouseClick(&shown.panel, Qt::LeftButton, {}, mark.center().toPoint());
    QVERIFY(!shown.panel.yZoomed()); // the mark in the header takes it back
}

void TestChartGestures::anotherAxisForgetsTheZoom() {
    ChartFrame frame = flatFrame(1, 3);
    Shown shown(frame);
    shown.panel.setYRange(YRange{1.5, 2});
    frame.curves[0].y[3] = 1.2;
    shown.panel.setFrame(frame);
    QVERIFY(shown.panel.yZoomed()); // new values, same axis
    frame.logY = true;
    shown.panel.setFrame(frame);
    QVERIFY(!shown.panel.yZoomed());
}

void TestChartGestures::middleDragPans() {
    Shown shown(flatFrame(1, 3));
    QSignalSpy view(&shown.panel, &ChartPanel::viewRequested);
    QTest::mousePress(&shown.panel, Qt::MiddleButton, {}, shown.at(5, 2));
    for (const double step : {4.0, 3.0}) // both from where the drag began: no frame came between
        QTest::mouseMove(&shown.panel, shown.at(step, 2));
    QTest::mouseRelease(&shown.panel, Qt::MiddleButton, {}, shown.at(3, 2));
    QCOMPARE(view.size(), 2);
    QVERIFY(std::abs(view[1][0].toDouble() - 1.5) < 0.1);
    QVERIFY(std::abs(view[1][1].toDouble() - 12.5) < 0.1);
    QVERIFY(!view[0][2].toBool() && view[1][2].toBool()); // one gesture
}

void TestChartGestures::heldKeyTurnsADragIntoAPan() {
    Shown shown(flatFrame(1, 3));
    QSignalSpy view(&shown.panel, &ChartPanel::viewRequested);
    shown.panel.setPanning(true);
    QTest::mousePress(&shown.panel, Qt::LeftButton, {}, shown.at(5, 2));
    QTest::mouseMove(&shown.panel, shown.at(7, 2));
    QTest::mouseRelease(&shown.panel, Qt::LeftButton, {}, shown.at(7, 2));
    QCOMPARE(view.size(), 1);
    QVERIFY(std::abs(view[0][0].toDouble() + 2.5) < 0.1);
    QVERIFY(std::abs(view[0][1].toDouble() - view[0][0].toDouble() - 11) < 1e-6);
}

void TestChartGestures::keysZoomAndPan() {
    Shown shown(flatFrame(1, 3));
    shown.panel.setCursor(4);
    QSignalSpy view(&shown.panel, &ChartPanel::viewRequested);
    QTest::keyClick(&shown.panel, Qt::Key_Plus);
    QCOMPARE(view.size(), 1);
    double first = view[0][0].toDouble(), last = view[0][1].toDouble();
    QVERIFY(std::abs((last - first) - 8.8) < 1e-9);
    QVERIFY(std::abs((4 - first) / 8.8 - 4.5 / 11) < 1e-9); // the cursor stays where it is
    QTest::keyClick(&shown.panel, Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(view.size(), 2);
    QVERIFY(std::abs(view[1][0].toDouble() - first - 0.88) < 1e-9);
}

void TestChartGestures::menuKnowsWhatItIsAbout() {
    ChartFrame frame = flatFrame(1, 3);
    frame.references.push_back({2, "target", 4});
    frame.notes.push_back({8, "look", 9});
    Shown shown(frame);
    QSignalSpy menu(&shown.panel, &ChartPanel::contextRequested);
    const auto ask = [&](QPoint at) {
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, shown.panel.mapToGlobal(at));
        QCoreApplication::sendEvent(&shown.panel, &event);
    };
    ask(shown.at(4, 1));
    ask(shown.at(4, 2));
    ask(shown.at(8, 3)); // the mean has no rank
    const auto marks = topMarks(shown.panel.frame(), shown.panel.geometry());
    ask(marks.at(0).box.center().toPoint());
    QCOMPARE(menu.size(), 4);
    QVERIFY(std::abs(menu[0][1].toDouble() - 4) < 0.1 && std::abs(menu[0][2].toDouble() - 1) < 0.1);
    QCOMPARE(menu[0][3].toInt(), 3);
    QCOMPARE(menu[1][5].toInt(), 4);
    QCOMPARE(menu[2][3].toInt(), -1);
    QCOMPARE(menu[3][4].toInt(), 9);
}

void TestChartGestures::pointerThickensALineAndNamesIt() {
    ChartFrame frame = flatFrame(1.3, 2.6);
    frame.curves[0].endLabel.clear();
    frame.curves[0].name = "rank 3";
    Shown shown(frame);
    const Theme& theme = Theme::darkTheme();
    const auto named = [&](const QImage& image) {
        int count = 0;
        for (int x = shown.x(10.5) + 4; x < 600; ++x)
            count += countIn(image, x, shown.y(1.3) - 7, shown.y(1.3) + 7, theme.text1);
        return count;
    };
    const QImage before = shown.panel.grab().toImage();
    QCOMPARE(named(before), 0);
    const int renders = shown.panel.renderCount();
    QTest::mouseMove(&shown.panel, shown.at(5.3, 1.3));
    QCOMPARE(shown.panel.highlight(), 0);
    const QImage after = shown.panel.grab().toImage();
    QCOMPARE(shown.panel.renderCount(), renders);
    QVERIFY(named(after) > 5);
    const auto ink = [&](const QImage& image) { // how much brighter than the plot
        int sum = 0;
        for (int y = shown.y(1.3) - 3; y <= shown.y(1.3) + 3; ++y)
            sum += image.pixelColor(shown.x(5.3), y).lightness() - theme.plot.lightness();
        return sum;
    };
    QVERIFY(ink(after) > 2 * ink(before));
    QTest::mouseMove(&shown.panel, shown.at(5.3, 2));
    QCOMPARE(shown.panel.highlight(), -1);
}

QTEST_MAIN(TestChartGestures)
#include "TestChartGestures.moc"
