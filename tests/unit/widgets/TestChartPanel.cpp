// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FatalMessages.h"
#include "tests/unit/widgets/ShownChart.h"
#include "widgets/charts/ChartMarks.h"
#include "widgets/charts/ChartPick.h"

#include <QSet>
#include <QTest>
#include <algorithm>
#include <cmath>

using namespace rankscope::widgets;

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
    void unchangedContentRendersNothing();
    void logHidesWhatHasNoLogarithm();
    void labelsKeepApart();
    void speaksToScreenReaders();
    void denseLinesLookLikeSparseOnes();
    void denseLinesKeepTheirSpikes();
    void steepLinesKeepTheirWidth();
    void manyPointsBecomeAnImage();
    void hiddenLayersAreGoneFromTheLimits();
    void expectedBandsAreBlue();
    void findingsTintWhatFollows();
    void findingsDifferInShape();
    void notesShowTheirText();
    void referencesHaveASayInTheLimits();
    void rawCurvesStandBehind();
    void dashesLeaveGaps();
    void dashesEncloseNothing();
    void headsMakeRoomForEachOther();
    void readoutListsValues();
    void followsTheTheme();
};

void TestChartPanel::initTestCase() {
    rankscope::support::FatalMessages::install();
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

void TestChartPanel::denseLinesLookLikeSparseOnes() {
    const QImage sparse = Shown(flatFrame(1.3, 2.6)).panel.grab().toImage();
    ChartFrame frame = flatFrame(1.3, 2.6);
    for (Curve& curve : frame.curves) {
        curve.x.clear();
        for (int i = 0; i <= 2000; ++i)
            curve.x.push_back(i / 200.0);
        curve.y.assign(curve.x.size(), curve.y.front());
    }
    Shown shown(frame);
    QCOMPARE(imageCurves(frame, shown.panel.geometry().plot.width(), 1), std::size_t{2});
    const QImage dense = shown.panel.grab().toImage();
    for (const double step : {0.7, 5.3, 9.3})
        for (int y = shown.y(2.9); y < shown.y(1.1); ++y) {
            const QColor a = sparse.pixelColor(shown.x(step), y);
            QCOMPARE(countIn(dense, shown.x(step), y, y + 1, a, 8), 1);
        }
}

void TestChartPanel::denseLinesKeepTheirSpikes() {
    ChartFrame frame = flatFrame(1, 3);
    Curve& mean = frame.curves[1];
    mean.x.clear();
    for (int i = 0; i <= 2000; ++i)
        mean.x.push_back(i / 200.0);
    mean.y.assign(mean.x.size(), 3);
    mean.y[1060] = 2; // one point of 2,001, at 5.3
    Shown shown(frame);
    const QImage image = shown.panel.grab().toImage();
    int reaches = 0;
    for (int x = shown.x(5.3) - 1; x <= shown.x(5.3) + 1; ++x)
        reaches = std::max(reaches,
                           countIn(image, x, shown.y(2.9), shown.y(2.1), Theme::darkTheme().mean));
    QVERIFY(reaches >= shown.y(2.1) - shown.y(2.9) - 1);
}

void TestChartPanel::steepLinesKeepTheirWidth() {
    ChartFrame frame = flatFrame(1, 3);
    frame.curves.resize(1);
    Curve& line = frame.curves[0];
    line.ink = Ink::Mean;
    line.y = {1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3}; // rises by the whole plot within a step
    Shown shown(frame);
    ChartCanvas canvas;
    const PlotGeometry& geometry = shown.panel.geometry();
    for (const double ratio : {1.25, 2.0}) {
        const QImage image =
            canvas.render(frame, geometry, shown.panel.size(), Theme::darkTheme(), ratio);
        const int y = static_cast<int>(geometry.toY(2) * ratio);
        int wide = 0;
        for (int x = static_cast<int>(geometry.toX(4) * ratio); x < geometry.toX(5) * ratio; ++x)
            wide += countIn(image, x, y, y + 1, Theme::darkTheme().mean, 100);
        QVERIFY2(std::abs(wide - 2 * ratio) <= 1, qPrintable(QString::number(wide)));
    }
}

void TestChartPanel::manyPointsBecomeAnImage() {
    ChartFrame frame;
    frame.curves.resize(8);
    for (Curve& curve : frame.curves) {
        curve.x.assign(100, 0);
        curve.y.assign(100, 0);
    }
    QCOMPARE(imageCurves(frame, 1000, 1), std::size_t{0});
    QCOMPARE(imageCurves(frame, 1000, 1.25), std::size_t{8}); // Qt would stroke them
    frame.curves[5].x.assign(600, 0);
    QCOMPARE(imageCurves(frame, 1000, 1), std::size_t{6}); // and all below it, to keep the order
    frame.curves.resize(40, frame.curves[0]);
    QCOMPARE(imageCurves(frame, 1000, 1), std::size_t{40});
}

void TestChartPanel::hiddenLayersAreGoneFromTheLimits() {
    ChartFrame frame = flatFrame(1, 3);
    frame.curves[1].layer = Layer::Mean;
    frame.gaps.push_back({4, 6, ""});
    frame.hidden = {Layer::Ranks, Layer::Gaps};
    frame.curves[0].y.assign(11, 100);
    Shown shown(frame);
    QCOMPARE(shown.panel.frame().curves.size(), std::size_t{1});
    QVERIFY(shown.panel.frame().gaps.empty());
    QVERIFY(shown.panel.geometry().y.max < 5);
    frame.hidden = {Layer::Gaps};
    shown.panel.setFrame(frame);
    QVERIFY(shown.panel.geometry().y.max >= 100);
}

void TestChartPanel::expectedBandsAreBlue() {
    ChartFrame frame = flatFrame(1, 3);
    frame.bands.push_back({{0, 10}, {1.4, 1.4}, {2.6, 2.6}, BandKind::Expected95, false});
    Curve expected;
    expected.x = {0, 10};
    expected.y = {2, 2};
    expected.layer = Layer::Expected;
    frame.curves.push_back(expected);
    Shown shown(frame);
    const QImage image = shown.panel.grab().toImage();
    const QColor inside = image.pixelColor(shown.at(5.3, 2.3)), outside = Theme::darkTheme().plot;
    QVERIFY(inside.blue() - outside.blue() > 2 * (inside.red() - outside.red()));
    int dashed = 0;
    for (int x = shown.x(5.1); x < shown.x(8.9); ++x)
        for (int y = shown.y(2) - 1; y <= shown.y(2) + 1; ++y)
            if (image.pixelColor(x, y).blue() > inside.blue() + 40) {
                ++dashed;
                break;
            }
    const int width = shown.x(8.9) - shown.x(5.1);
    QVERIFY(dashed > width * 0.4 && dashed < width * 0.75); // 4 drawn, 3 left out
}

void TestChartPanel::findingsTintWhatFollows() {
    ChartFrame frame = flatFrame(1, 3);
    frame.findings.push_back({6, {}, "rank 3 departs", FindingShape::Persistent, 1});
    Shown shown(frame);
    const QImage image = shown.panel.grab().toImage();
    const Theme& theme = Theme::darkTheme();
    QCOMPARE(image.pixelColor(shown.at(5.3, 2.3)), theme.plot);
    const QColor inside = image.pixelColor(shown.at(7.3, 2.3));
    QVERIFY(inside.red() - theme.plot.red() > 2 * std::abs(inside.blue() - theme.plot.blue()));
    const int line = static_cast<int>(shown.panel.geometry().toX(6));
    QVERIFY(countIn(image, line, shown.y(2.5), shown.y(1.5), theme.departed) > 20);
    const QRectF plot = shown.panel.geometry().plot;
    QVERIFY(countIn(image, line + 3, static_cast<int>(plot.top()) + 2,
                    static_cast<int>(plot.top()) + 14, theme.departed) > 8); // the tab
}

void TestChartPanel::findingsDifferInShape() {
    QSet<QByteArray> heads;
    for (const FindingShape shape : {FindingShape::Persistent, FindingShape::Group,
                                     FindingShape::Transient, FindingShape::Exact}) {
        ChartFrame frame = flatFrame(1, 3);
        frame.findings.push_back({6, 8, "x", shape, 1});
        Shown shown(frame);
        const QRect head(shown.x(6) - 6, static_cast<int>(shown.panel.geometry().plot.top()), 20,
                         16);
        const QImage image = // one bit: shape, not colour
            shown.panel.grab(head).toImage().convertToFormat(QImage::Format_Mono);
        heads.insert(QByteArray(reinterpret_cast<const char*>(image.constBits()),
                                static_cast<int>(image.sizeInBytes())));
    }
    QCOMPARE(heads.size(), 4);
}

void TestChartPanel::notesShowTheirText() {
    ChartFrame frame = flatFrame(1, 3);
    frame.notes.push_back({2, "a long remark about the data that was loaded here by hand", 7});
    Shown shown(frame);
    const auto marks = topMarks(shown.panel.frame(), shown.panel.geometry());
    QCOMPARE(marks.size(), std::size_t{1});
    QVERIFY(marks[0].worded && marks[0].box.width() < 140); // elided
    const QImage before = shown.panel.grab().toImage();
    const QPoint below(static_cast<int>(marks[0].box.left()) + 20,
                       static_cast<int>(marks[0].box.bottom()) + 12);
    QCOMPARE(before.pixelColor(below), Theme::darkTheme().plot);
    QTest::mouseMove(&shown.panel, marks[0].box.center().toPoint());
    const QImage after = shown.panel.grab().toImage();
    QVERIFY(after.pixelColor(below) != Theme::darkTheme().plot); // the full text
    QTest::mouseMove(&shown.panel, shown.at(7, 2));
    QCOMPARE(shown.panel.grab().toImage().pixelColor(below), Theme::darkTheme().plot);
}

void TestChartPanel::referencesHaveASayInTheLimits() {
    ChartFrame frame = flatFrame(1, 3);
    frame.references.push_back({8, "target", 4});
    Shown shown(frame);
    QVERIFY(shown.panel.geometry().y.max >= 8);
    const QImage image = shown.panel.grab().toImage();
    const int y = static_cast<int>(shown.panel.geometry().toY(8));
    int drawn = 0;
    for (int x = shown.x(5); x < shown.x(5) + 12; ++x)
        drawn += countIn(image, x, y - 1, y + 2, Theme::darkTheme().text2) > 0 ? 1 : 0;
    QVERIFY(drawn >= 6 && drawn < 12); // dashed: it is no curve
}

void TestChartPanel::rawCurvesStandBehind() {
    ChartFrame frame = flatFrame(1, 3);
    frame.curves[0].behind = true;
    frame.curves[0].ink = Ink::Mean;
    Shown shown(frame);
    const QImage image = shown.panel.grab().toImage();
    const auto brightest = [&](double y) {
        int most = 0;
        for (int row = shown.y(y) - 2; row <= shown.y(y) + 2; ++row)
            most = std::max(most, image.pixelColor(shown.x(5.3), row).lightness());
        return most;
    };
    QVERIFY(brightest(1) > Theme::darkTheme().plot.lightness() + 40);
    QVERIFY(brightest(1) < brightest(3) - 60);
    QCOMPARE(curveAt(shown.panel.frame(), shown.panel.geometry(), shown.at(5, 1)), -1);
}

void TestChartPanel::dashesLeaveGaps() {
    for (const int points : {11, 2001}) { // as a series, and as an image
        ChartFrame frame = flatFrame(1, 3);
        Curve& line = frame.curves[0];
        line.ink = Ink::Chosen;
        line.dash = Dash::Long;
        line.x.clear();
        for (int i = 0; i < points; ++i)
            line.x.push_back(10.0 * i / (points - 1));
        line.y.assign(line.x.size(), 1);
        Shown shown(frame);
        const QImage image = shown.panel.grab().toImage();
        int drawn = 0, changes = 0;
        bool last = false;
        for (int x = shown.x(1); x < shown.x(9); ++x) {
            const bool on =
                countIn(image, x, shown.y(1) - 2, shown.y(1) + 3, Theme::darkTheme().chosen) > 0;
            drawn += on;
            changes += on != last;
            last = on;
        }
        const int width = shown.x(9) - shown.x(1);
        QVERIFY2(drawn > width * 0.55 && drawn < width * 0.8, qPrintable(QString::number(drawn)));
        QVERIFY(std::abs(changes - 2 * width / 9) <= 4); // one dash every 9 pixels
    }
}

void TestChartPanel::dashesEncloseNothing() {
    ChartFrame frame = flatFrame(3, 3);
    frame.bands = {{{0, 5, 10}, {2, 2, 2}, {4, 4, 4}}}; // its brush is not the line's
    frame.curves[0].dash = Dash::Long;
    frame.curves[0].y.assign(11, 0);
    frame.curves[0].y.front() = frame.curves[0].y.back() = 10;
    Shown shown(frame);
    QCOMPARE(shown.panel.grab().toImage().pixelColor(shown.x(5.5), shown.y(6)),
             Theme::darkTheme().plot);
}

void TestChartPanel::headsMakeRoomForEachOther() {
    ChartFrame frame = flatFrame(1, 3);
    frame.findings = {{6, {}, "rank 3 departs", FindingShape::Persistent, 1},
                      {6.3, {}, "ranks 4 and 5 departed", FindingShape::Group, 2},
                      {10, {}, "rank 1 departs", FindingShape::Persistent, 3}};
    frame.nonFinite = {{6.2, "NaN 2"}, {6.2001, "NaN 3"}};
    frame.notes = {{6.1, "look", 1}};
    Shown shown(frame);
    const auto marks = topMarks(shown.panel.frame(), shown.panel.geometry());
    QCOMPARE(std::count_if(marks.begin(), marks.end(),
                           [](const TopMark& m) { return m.layer == Layer::Findings; }),
             3);
    QCOMPARE(std::count_if(marks.begin(), marks.end(),
                           [](const TopMark& m) { return m.layer == Layer::NonFinite; }),
             1); // a second cross on the same pixels would say nothing
    for (const TopMark& a : marks) {
        QVERIFY(shown.panel.geometry().plot.adjusted(-5, 0, 1, 0).contains(a.box));
        for (const TopMark& b : marks)
            QVERIFY(&a == &b || !a.box.intersects(b.box));
    }
}

void TestChartPanel::readoutListsValues() {
    Shown shown(flatFrame(1, 3));
    shown.panel.setCursor(2);
    const QPoint beside = shown.at(2, 2) + QPoint(30, 0);
    std::vector<HeaderValue> values;
    for (int rank = 0; rank < 9; ++rank)
        values.push_back({"rank " + std::to_string(rank), "2.29", Ink::Healthy});
    const QColor before = shown.panel.grab().toImage().pixelColor(beside);
    shown.panel.setReadout(values);
    QVERIFY(shown.panel.grab().toImage().pixelColor(beside) != before);
    shown.panel.setReadout({});
    QCOMPARE(shown.panel.grab().toImage().pixelColor(beside), before);
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
