// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FatalMessages.h"
#include "widgets/charts/ChartPanel.h"
#include "widgets/common/Theme.h"
#include "widgets/heatmap/CosineColors.h"
#include "widgets/heatmap/StepMapView.h"

#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <cmath>

using namespace rankscope::widgets;

namespace {

/// Four ranks on two hosts, ten columns of two steps each; rank 2 is far above in column 7, and
/// nothing came in during column 4.
HeatmapFrame stepFrame() {
    HeatmapFrame frame;
    frame.form = HeatmapForm::RankStep;
    frame.scale = HeatmapScale::Distance;
    frame.title = "Ranks \u00D7 steps";
    frame.unit = "loss";
    frame.rows = {"0", "1", "2", "3"};
    frame.rankBlocks = {{0, 1, "node0"}, {2, 3, "node1"}};
    frame.firstStep = -0.5;
    frame.lastStep = 19.5;
    for (int c = 0; c < 10; ++c)
        frame.columnStart.push_back(2 * c - 0.5);
    frame.columnEnd = 19.5;
    frame.values.assign(40, 1);
    frame.values[2 * 10 + 7] = 8;
    frame.values[1 * 10 + 3] = -4;
    for (std::size_t row = 0; row < 4; ++row)
        frame.values[row * 10 + 4] = std::nan("");
    frame.marked = {2};
    return frame;
}

struct Shown {
    StepMapView view;
    explicit Shown(HeatmapFrame frame = stepFrame()) {
        view.setFrame(std::move(frame));
        view.resize(700, 200);
        view.show();
    }
    [[nodiscard]] QPoint at(int row, double step) const {
        return QPointF(view.cells().toX(step), view.cells().row(row).center().y()).toPoint();
    }
    QColor colour(int row, double step) { return view.grab().toImage().pixelColor(at(row, step)); }
};

} // namespace

class TestStepMapView : public QObject {
    Q_OBJECT
    rankscope::support::FatalMessages m_fatal;

  private slots:
    void initTestCase() {
        rankscope::support::FatalMessages::install();
        font::load();
        applyTheme(Theme::darkTheme());
    }

    void distancesHaveTheirColours() {
        Shown shown;
        const auto& table = CosineColors::of(true).table();
        QCOMPARE(shown.colour(2, 14.5), QColor(table[1]));        // orange end
        QCOMPARE(shown.colour(0, 14.5), Theme::darkTheme().plot); // noise
        QCOMPARE(shown.colour(1, 6.5), QColor(table[CosineColors::distanceIndex(-4)])); // blue
        QVERIFY(CosineColors::distanceIndex(-4) > CosineColors::kZero);
        QVERIFY(Theme::darkTheme().plot != QColor(table[CosineColors::kZero]));
        int hatched = 0;
        for (double step = 7.6; step < 9.4; step += 0.02)
            hatched += shown.colour(0, step) != Theme::darkTheme().plot ? 1 : 0;
        QVERIFY(hatched > 5 && hatched < 60);
    }

    void linesUpWithTheCharts() {
        Shown shown;
        ChartPanel panel;
        panel.resize(700, 200);
        ChartFrame chart;
        chart.first = -0.5;
        chart.last = 19.5;
        panel.setFrame(chart);
        panel.show();
        for (const double step : {0.0, 7.0, 19.0})
            QCOMPARE(shown.view.cells().toX(step), panel.geometry().toX(step));
    }

    void marksRowsThatStandOut() {
        Shown shown;
        const QRectF row = shown.view.cells().row(2);
        const QImage image = shown.view.grab().toImage();
        const auto orange = [&](int top, int bottom) {
            int count = 0;
            for (int y = top; y < bottom; ++y)
                for (int x = static_cast<int>(row.right()) + 2; x < 700; ++x)
                    count += image.pixelColor(x, y) == Theme::darkTheme().departed;
            return count;
        };
        QVERIFY(orange(qRound(row.center().y()) - 8, qRound(row.center().y()) + 8) > 3);
        QCOMPARE(orange(26, qRound(row.top()) - 8), 0);
    }

    void namesRankStepAndDistance() {
        Shown shown;
        QCOMPARE(shown.view.describe({2, 7}), QString("Rank 2 (node1), steps 14 to 15: +8.00 sd"));
        QCOMPARE(shown.view.describe({0, 4}),
                 QString("Rank 0 (node0), steps 8 to 9: nothing measured"));
    }

    void clickPicksRankAndStep() {
        Shown shown;
        QSignalSpy stepClicked(&shown.view, &StepMapView::stepClicked);
        QSignalSpy clicked(&shown.view, &StepMapView::clicked);
        QTest::mouseClick(&shown.view, Qt::LeftButton, {}, shown.at(2, 14.6));
        QCOMPARE(stepClicked.size(), 1);
        QVERIFY(std::abs(stepClicked[0][0].toDouble() - 14.6) < 0.05);
        QCOMPARE(stepClicked[0][1].toInt(), 2);
        QCOMPARE(clicked.size(), 0);
        QTest::mouseClick(&shown.view, Qt::LeftButton, {}, {20, shown.at(3, 0).y()}); // its name
        QCOMPARE(clicked.size(), 1);
        QCOMPARE(clicked[0], (QList<QVariant>{3, -1}));
    }

    void dragAndWheelAskForAView() {
        Shown shown;
        QSignalSpy requested(&shown.view, &StepMapView::viewRequested);
        QSignalSpy reset(&shown.view, &StepMapView::resetRequested);
        QTest::mousePress(&shown.view, Qt::LeftButton, {}, shown.at(1, 5));
        QTest::mouseMove(&shown.view, shown.at(1, 9));
        QTest::mouseRelease(&shown.view, Qt::LeftButton, {}, shown.at(1, 12));
        QCOMPARE(requested.size(), 1);
        QVERIFY(std::abs(requested[0][0].toDouble() - 5) < 0.05);
        QVERIFY(std::abs(requested[0][1].toDouble() - 12) < 0.05);
        const QPointF at = shown.at(1, 10);
        QWheelEvent wheel(at, shown.view.mapToGlobal(at), {}, {0, 120}, Qt::NoButton, {},
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&shown.view, &wheel);
        QCOMPARE(requested.size(), 2);
        const double first = requested[1][0].toDouble(), last = requested[1][1].toDouble();
        QVERIFY(std::abs(last - first - 16) < 1e-9); // a fifth closer
        const double place =
            (at.x() - shown.view.cells().map().left()) / shown.view.cells().map().width();
        QVERIFY(std::abs(first + place * 16 - shown.view.cells().fromX(at.x())) < 1e-9);
        QTest::mouseDClick(&shown.view, Qt::LeftButton, {}, shown.at(1, 5));
        QCOMPARE(reset.size(), 1);
    }

    void crosshairStandsAtTheStep() {
        Shown shown;
        shown.view.setStep(11);
        const int x = static_cast<int>(std::floor(shown.view.cells().toX(11)));
        QCOMPARE(shown.view.grab().toImage().pixelColor(x, 100), Theme::darkTheme().text2);
        shown.view.setStep(std::nullopt);
        QVERIFY(shown.view.grab().toImage().pixelColor(x, 100) != Theme::darkTheme().text2);
    }

    void aThousandRowsShowTheUnusual() {
        HeatmapFrame frame = stepFrame();
        frame.rankBlocks.clear();
        frame.marked.clear();
        frame.rows.clear();
        for (int row = 0; row < 1024; ++row)
            frame.rows.push_back(std::to_string(row));
        frame.values.assign(10240, 0.5);
        for (std::size_t c = 0; c < 10; ++c)
            frame.values[700 * 10 + c] = 7;
        Shown shown(frame);
        const QImage image = shown.view.grab().toImage();
        const int x = shown.at(0, 10).x();
        int orange = 0;
        for (int y = 0; y < 200; ++y)
            orange += image.pixelColor(x, y) == QColor(CosineColors::of(true).table()[1]) ? 1 : 0;
        QCOMPARE(orange, 1);
    }
};

QTEST_MAIN(TestStepMapView)
#include "TestStepMapView.moc"
