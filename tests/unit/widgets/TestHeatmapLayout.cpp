// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap/HeatmapLayout.h"

#include <QTest>

using namespace rankscope::widgets;

namespace {

HeatmapFrame frameOf(int rows, int columns) {
    HeatmapFrame frame;
    frame.rows.resize(static_cast<std::size_t>(rows));
    frame.columns.resize(static_cast<std::size_t>(columns));
    frame.values.resize(frame.rows.size() * frame.columns.size());
    frame.form = rows == columns ? HeatmapForm::RankRank : HeatmapForm::LayerRank;
    return frame;
}

} // namespace

class TestHeatmapLayout : public QObject {
    Q_OBJECT

  private slots:
    void mapsShareTheirColumns_data();
    void mapsShareTheirColumns();
    void cellsTileTheMap();
    void findsTheCellUnderAPoint();
};

void TestHeatmapLayout::mapsShareTheirColumns_data() {
    QTest::addColumn<int>("ranks");
    for (const int ranks : {1, 2, 8, 16, 17, 64, 1000})
        QTest::newRow(qPrintable(QString::number(ranks))) << ranks;
}

void TestHeatmapLayout::mapsShareTheirColumns() {
    QFETCH(int, ranks);
    const auto matrix = frameOf(ranks, ranks), layers = frameOf(12, ranks);
    const HeatmapLayout above(matrix, {436, HeatmapLayout::heightFor(matrix, 436)}, 1);
    const HeatmapLayout below(layers, {436, 180}, 1);
    for (const int column : {0, ranks / 2, ranks - 1}) {
        QCOMPARE(below.cell(0, column).left(), above.cell(0, column).left());
        QCOMPARE(below.cell(0, column).right(), above.cell(0, column).right());
    }
    QVERIFY(above.map().right() <= 436);
}

void TestHeatmapLayout::cellsTileTheMap() {
    for (const double ratio : {1.0, 1.25, 2.0}) {
        const HeatmapLayout layout(frameOf(300, 300), {436, 500}, ratio);
        for (int c = 1; c < 300; ++c) {
            QCOMPARE(layout.cell(0, c).left(), layout.cell(0, c - 1).right());
            const double device = layout.cell(0, c).left() * ratio;
            QCOMPARE(device, std::round(device));
        }
    }
}

void TestHeatmapLayout::findsTheCellUnderAPoint() {
    const HeatmapLayout layout(frameOf(8, 8), {436, 400}, 1);
    QCOMPARE(layout.at(layout.cell(3, 5).center()), (HeatmapLayout::Cell{3, 5}));
    QVERIFY(!layout.at({1, 1}));
}

QTEST_APPLESS_MAIN(TestHeatmapLayout)
#include "TestHeatmapLayout.moc"
