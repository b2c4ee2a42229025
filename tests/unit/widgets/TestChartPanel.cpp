// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FatalMessages.h"
#include "widgets/charts/ChartOverlay.h"
#include "widgets/charts/ChartPanel.h"

#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <cmath>

using namespace rankscope::widgets;

namespace {

ChartFrame flatFrame(double rank, double mean) {
    ChartFrame frame;
    frame.title = "Loss";
    frame.first = -0.5;
    frame.last = 10.5;
    Curve line{{}, {}, Ink::Healthy, 3, "rank 3"}, average{{}, {}, Ink::Mean, -1, "mean"};
    for (int step = 0; step <= 10; ++step) {
        line.x.push_back(step);
        line.y.push_back(rank);
        average.x.push_back(step);
        average.y.push_back(mean);
    }
    frame.curves = {line, average};
    return frame;
}

/// Pixels of `colour` (to within `tolerance` per channel) in a column of the picture.
int countIn(const QImage& image, int x, int top, int bottom, QColor colour, int tolerance = 40) {
    int count = 0;
    for (int y = top; y < bottom; ++y) {
        const QColor seen = image.pixelColor(x, y);
        count += std::abs(seen.red() - colour.red()) <= tolerance &&
                 std::abs(seen.green() - colour.green()) <= tolerance &&
                 std::abs(seen.blue() - colour.blue()) <= tolerance;
    }
    return count;
}

struct Shown {
    ChartPanel panel;
    explicit Shown(ChartFrame frame) {
        panel.resize(600, 200);
        panel.setFrame(std::move(frame));
        panel.show();
    }
    int x(double value) const { return static_cast<int>(std::lround(panel.geometry().toX(value))); }
    int y(double value) const { return static_cast<int>(std::lround(panel.geometry().toY(value))); }
    QPoint at(double value, double height) const { return {x(value), y(height)}; }
};

} // namespace

class TestChartPanel : public QObject {
    Q_OBJECT
    rankscope::support::FatalMessages m_fatal;

  private slots:
    void initTestCase();
    void drawsLinesWhereTheAxesSay();
    void bandsAreFaintAndDoNotSetTheScale();
    void denseBandsLookLikeSparseOnes();
    void bandsReachBelowALogarithm();
    void breaksAtUndefinedValues();
    void hatchesGaps();
    void marksNonFinite();
    void loneValueIsADot();
    void hoverRendersNothing();
    void unchangedContentRendersNothing();
    void clickNamesStepAndRank();
    void wheelZoomsAtThePointer();
    void dragZoomsInX();
    void doubleClickResets();
    void logHidesWhatHasNoLogarithm();
    void labelsKeepApart();
    void speaksToScreenReaders();
    void followsTheTheme();
};

void TestChartPanel::initTestCase() {
    font::load();
    applyTheme(Theme::darkTheme());
}

void TestChartPanel::drawsLinesWhereTheAxesSay() {
    Shown shown(flatFrame(1.0, 3.0));
    const QImage image = shown.panel.grab().toImage();
    const Theme& theme = Theme::darkTheme();
    const int x = shown.x(5.3); // beside a grid line
    QVERIFY(countIn(image, x, shown.y(3) - 2, shown.y(3) + 3, theme.mean) >= 1);
    QVERIFY(countIn(image, x, shown.y(1) - 2, shown.y(1) + 3, theme.healthy) >= 1);
    QCOMPARE(countIn(image, x, shown.y(2.6), shown.y(1.4), theme.mean), 0);
    QVERIFY(shown.panel.geometry().y.min <= 1 && shown.panel.geometry().y.max >= 3);
}

void TestChartPanel::bandsAreFaintAndDoNotSetTheScale() {
    const auto shade = [](bool inner, bool quiet) {
        ChartFrame frame = flatFrame(1, 3);
        const Scale alone = scaleFor(frame, 160);
        frame.bands.push_back(
            {{0, 10}, {1.4, 1.4}, {2.6, 2.6}, inner ? BandKind::Inner : BandKind::Outer, quiet});
        Shown shown(frame);
        QImage image = shown.panel.grab().toImage();
        const int x = shown.x(5.3);
        const auto lightness = [&](double y) {
            return image.pixelColor(x, shown.y(y)).lightness();
        };
        const int inside = lightness(2.2) - lightness(1.2);
        frame.bands[0].high = {30, 30};
        const Scale with = scaleFor(frame, 160);
        return std::tuple{inside, with.max == alone.max, lightness(1.5) > lightness(1.2)};
    };
    const auto [outer, outerKept, outerDrawn] = shade(false, true);
    const auto [inner, innerKept, innerDrawn] = shade(true, true);
    const auto [loud, loudKept, loudDrawn] = shade(true, false);
    QVERIFY(outerDrawn && innerDrawn && loudDrawn);
    QVERIFY(0 < outer && outer < inner && inner < loud);
    QVERIFY(outerKept && innerKept && !loudKept);
}

void TestChartPanel::denseBandsLookLikeSparseOnes() {
    ChartFrame frame = flatFrame(1, 3);
    frame.bands.push_back({{2, 8}, {1.4, 1.4}, {2.6, 2.6}, BandKind::Inner, false});
    const QImage sparse = Shown(frame).panel.grab().toImage();
    Band& band = frame.bands[0] = {{}, {}, {}, BandKind::Inner, false};
    for (int i = 0; i <= 1200; ++i) {
        band.x.push_back(2 + i / 200.0);
        band.low.push_back(1.4);
        band.high.push_back(i == 600 ? 2.9 : 2.6);
    }
    Shown shown(frame);
    const QImage dense = shown.panel.grab().toImage();
    for (const double step : {0.7, 2.3, 6.3, 7.7, 8.3})
        for (const double y : {1.2, 1.6, 2.2, 2.8})
            QCOMPARE(countIn(dense, shown.x(step), shown.y(y), shown.y(y) + 1,
                             sparse.pixelColor(shown.at(step, y)), 2), // rounding of the alpha
                     1);
    const QPoint spike = shown.at(5, 2.7); // one point of 1,201, on a grid line or beside it
    bool seen = false;
    for (int x = spike.x() - 1; x <= spike.x() + 1; ++x)
        seen = seen || dense.pixelColor(x, spike.y()) != sparse.pixelColor(x, spike.y());
    QVERIFY(seen);
}

void TestChartPanel::bandsReachBelowALogarithm() {
    ChartFrame frame = flatFrame(1, 3);
    frame.logY = true;
    frame.bands.push_back({{0, 10}, {-1, -1}, {2, 2}, BandKind::Inner, true});
    Shown shown(frame);
    const QImage image = shown.panel.grab().toImage();
    const int x = shown.x(5.3), low = static_cast<int>(shown.panel.geometry().plot.bottom()) - 3;
    QVERIFY(image.pixelColor(x, low).lightness() > image.pixelColor(x, shown.y(2.5)).lightness());
}

void TestChartPanel::breaksAtUndefinedValues() {
    ChartFrame frame = flatFrame(1, 3);
    frame.curves[1].y[5] = std::nan("");
    Shown shown(frame);
    const QImage image = shown.panel.grab().toImage();
    const auto drawn = [&](double step) {
        return countIn(image, shown.x(step), shown.y(3) - 2, shown.y(3) + 3,
                       Theme::darkTheme().mean);
    };
    QVERIFY(drawn(3.5) > 0);
    QCOMPARE(drawn(4.5), 0);
    QCOMPARE(drawn(5.5), 0);
    QVERIFY(drawn(6.5) > 0);
}

void TestChartPanel::hatchesGaps() {
    ChartFrame frame = flatFrame(1, 3);
    const QImage plain = Shown(frame).panel.grab().toImage();
    frame.gaps.push_back({4, 6, "gap"});
    Shown shown(frame);
    const QImage hatched = shown.panel.grab().toImage();
    int differing = 0;
    for (int x = shown.x(3.6); x < shown.x(6.4); ++x)
        differing += plain.pixel(x, shown.y(2)) != hatched.pixel(x, shown.y(2));
    QVERIFY(differing > 10);
    QCOMPARE(plain.pixel(shown.x(3.2), shown.y(2)), hatched.pixel(shown.x(3.2), shown.y(2)));
}

void TestChartPanel::marksNonFinite() {
    ChartFrame frame = flatFrame(1, 3);
    frame.nonFinite.push_back({5, "NaN"});
    Shown shown(frame);
    const QImage image = shown.panel.grab().toImage();
    const int top = static_cast<int>(shown.panel.geometry().plot.top());
    QVERIFY(countIn(image, shown.x(5), top + 4, top + 14, Theme::darkTheme().mean) >= 1);
}

void TestChartPanel::loneValueIsADot() {
    ChartFrame frame = flatFrame(1, 3);
    for (std::size_t i = 0; i < 11; ++i)
        if (i != 5)
            frame.curves[1].y[i] = std::nan("");
    Shown shown(frame);
    const QImage image = shown.panel.grab().toImage();
    QVERIFY(countIn(image, shown.x(5), shown.y(3) - 2, shown.y(3) + 3, Theme::darkTheme().mean) >=
            2);
}

void TestChartPanel::hoverRendersNothing() {
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

void TestChartPanel::unchangedContentRendersNothing() {
    ChartFrame frame = flatFrame(1, std::nan(""));
    Shown shown(frame);
    (void)shown.panel.grab();
    const int before = shown.panel.renderCount();
    shown.panel.setFrame(frame); // NaNs included
    (void)shown.panel.grab();
    QCOMPARE(shown.panel.renderCount(), before);
    frame.curves[0].y[2] = 1.5;
    shown.panel.setFrame(frame);
    (void)shown.panel.grab();
    QCOMPARE(shown.panel.renderCount(), before + 1);
}

void TestChartPanel::clickNamesStepAndRank() {
    Shown shown(flatFrame(1, 3));
    QSignalSpy clicked(&shown.panel, &ChartPanel::clicked);
    QTest::mouseClick(&shown.panel, Qt::LeftButton, {}, shown.at(4, 1));
    QTest::mouseClick(&shown.panel, Qt::LeftButton, {}, shown.at(6, 2));
    QCOMPARE(clicked.size(), 2);
    QCOMPARE(clicked[0][1].toInt(), 3);
    QVERIFY(std::abs(clicked[0][0].toDouble() - 4) < 0.1);
    QCOMPARE(clicked[1][1].toInt(), -1);
}

void TestChartPanel::wheelZoomsAtThePointer() {
    Shown shown(flatFrame(1, 3));
    QSignalSpy view(&shown.panel, &ChartPanel::viewRequested);
    const QPoint at = shown.at(4, 2);
    QWheelEvent wheel(at, shown.panel.mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&shown.panel, &wheel);
    QCOMPARE(view.size(), 1);
    const double first = view[0][0].toDouble(), last = view[0][1].toDouble();
    QVERIFY(std::abs((last - first) - 11 * 0.8) < 1e-6);
    QVERIFY(std::abs((4 - first) / (last - first) - (4 + 0.5) / 11) < 0.01);
}

void TestChartPanel::dragZoomsInX() {
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

void TestChartPanel::doubleClickResets() {
    Shown shown(flatFrame(1, 3));
    QSignalSpy reset(&shown.panel, &ChartPanel::resetRequested);
    QTest::mouseDClick(&shown.panel, Qt::LeftButton, {}, shown.at(4, 2));
    QCOMPARE(reset.size(), 1);
}

void TestChartPanel::logHidesWhatHasNoLogarithm() {
    ChartFrame frame = flatFrame(-1, 3);
    frame.logY = true;
    Shown shown(frame);
    const QImage image = shown.panel.grab().toImage();
    const QRectF plot = shown.panel.geometry().plot;
    QVERIFY(shown.panel.geometry().y.min > 0);
    QCOMPARE(countIn(image, shown.x(5.3), static_cast<int>(plot.top()),
                     static_cast<int>(plot.bottom()) - 1, Theme::darkTheme().healthy, 10),
             0);
}

void TestChartPanel::labelsKeepApart() {
    const auto placed = spreadLabels({50, 51, 52, 190}, 14, 0, 200);
    QVERIFY(placed[1] - placed[0] >= 14);
    QVERIFY(placed[2] - placed[1] >= 14);
    QCOMPARE(placed[3], 190.0);
    const auto low = spreadLabels({199, 200}, 14, 0, 200);
    QVERIFY(low[1] <= 193 && low[1] - low[0] >= 14);
}

void TestChartPanel::speaksToScreenReaders() {
    ChartFrame frame = flatFrame(1, 3);
    frame.summary = "Mean loss 3.00 at step 10.";
    Shown shown(frame);
    QCOMPARE(shown.panel.accessibleName(), QString("Loss"));
    QCOMPARE(shown.panel.accessibleDescription(), QString("Mean loss 3.00 at step 10."));
}

void TestChartPanel::followsTheTheme() {
    Shown shown(flatFrame(1, 3));
    const QPoint inside(shown.x(5.3), shown.y(2.3));
    QCOMPARE(shown.panel.grab().toImage().pixelColor(inside), Theme::darkTheme().plot);
    applyTheme(Theme::lightTheme());
    QCOMPARE(shown.panel.grab().toImage().pixelColor(inside), Theme::lightTheme().plot);
    applyTheme(Theme::darkTheme());
}

QTEST_MAIN(TestChartPanel)
#include "TestChartPanel.moc"
