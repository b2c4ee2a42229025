// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/RestartLabels.h"

#include <QTest>

using namespace rankscope::widgets;

namespace {

constexpr double kMark = 5;

/// 100 steps on 500 pixels, from pixel 50 on; a letter takes 5.
std::vector<RestartLabel> placed(const std::vector<RestartMark>& restarts) {
    PlotGeometry geometry;
    geometry.plot = QRectF(50, 0, 500, 100);
    geometry.last = 100;
    return placeRestartLabels(restarts, geometry, kMark, [](const std::string& words) {
        return 5.0 * static_cast<double>(words.size());
    });
}

RestartMark restartAt(double step) {
    return {step, std::string(30, 'w'), std::string(8, 'b')};
}

} // namespace

class TestRestartLabels : public QObject {
    Q_OBJECT

  private slots:
    void standsAtTheRightOrElseAtTheLeft() {
        QCOMPARE(placed({restartAt(20)})[0].left, 150 + kMark);
        const auto late = placed({restartAt(90)});
        QCOMPARE(late[0].text.size(), std::size_t{30});
        QCOMPARE(late[0].left + late[0].width, 500 - kMark);
    }

    void isShortenedWhereNeitherSideHasRoom() {
        PlotGeometry narrow;
        narrow.plot = QRectF(50, 0, 200, 100);
        narrow.last = 100;
        const auto widthOf = [](const std::string& words) {
            return 5.0 * static_cast<double>(words.size());
        };
        const auto brief = placeRestartLabels({restartAt(50)}, narrow, kMark, widthOf);
        QCOMPARE(brief.size(), std::size_t{1});
        QCOMPARE(brief[0].text, std::string(8, 'b'));
        narrow.plot.setWidth(60); // not even that: the line says that it is there
        QVERIFY(placeRestartLabels({restartAt(50)}, narrow, kMark, widthOf).empty());
    }

    void labelsTouchNeitherEachOtherNorMarks() {
        const std::vector<RestartMark> restarts{restartAt(40), restartAt(50), restartAt(52),
                                                restartAt(95), restartAt(500)};
        const auto labels = placed(restarts);
        QVERIFY(labels.size() >= 3);
        for (const RestartLabel& a : labels) {
            QVERIFY(a.left >= 50 && a.left + a.width <= 550);
            for (const RestartMark& mark : restarts) {
                const double x = 50 + mark.x * 5;
                QVERIFY(x + kMark <= a.left || x - kMark >= a.left + a.width);
            }
            for (const RestartLabel& b : labels)
                QVERIFY(&a == &b || a.left + a.width <= b.left || b.left + b.width <= a.left);
        }
    }
};

QTEST_APPLESS_MAIN(TestRestartLabels)
#include "TestRestartLabels.moc"
