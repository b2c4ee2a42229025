// SPDX-License-Identifier: GPL-3.0-or-later
// A heatmap frame on paper, read back from its SVG.

#include "app/export/Page.h"
#include "app/export/SvgText.h"
#include "tests/support/FatalMessages.h"
#include "tests/unit/export/Svg.h"
#include "widgets/common/Theme.h"
#include "widgets/heatmap/CosineColors.h"

#include <QTest>
#include <limits>

using namespace rankscope;
using namespace rankscope::widgets;
using test::Svg;

namespace {

HeatmapFrame matrixOf(int ranks) {
    HeatmapFrame frame;
    frame.form = HeatmapForm::RankRank;
    for (int i = 0; i < ranks; ++i)
        frame.rows.push_back(std::to_string(i));
    frame.columns = frame.rows;
    frame.values.assign(frame.rows.size() * frame.rows.size(), 0.09);
    return frame;
}

Svg svgOf(const HeatmapFrame& frame) {
    figures::Page page;
    page.panels.push_back({frame});
    const double height = figures::pageHeight(page, 88);
    return Svg(figures::toSvg(figures::compose(page, {88, height}, Theme::printTheme())));
}

QString colour(double value) {
    return CosineColors::of(false).colour(value).name();
}

} // namespace

class TestHeatmapFigure : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;

  private slots:
    void initTestCase() {
        rankscope::support::FatalMessages::install();
        font::load();
    }

    void cellsHaveTheColoursOfTheScreen() {
        HeatmapFrame frame = matrixOf(3);
        frame.values = {1, 0.5, -0.1, 0.5, 1, -1, -0.1, -1, 1};
        const auto cells = svgOf(frame).pathsIn(QStringLiteral("cells"));
        QStringList fills;
        for (const Svg::Path& cell : cells)
            if (!cell.fill.isEmpty())
                fills << cell.fill;
        // The diagonal is bare.
        QCOMPARE(fills, (QStringList{colour(0.5), colour(-0.1), colour(0.5), colour(-1),
                                     colour(-0.1), colour(-1)}));
    }

    void cellsAreSquareAndSayTheirValue() {
        const Svg svg = svgOf(matrixOf(4));
        for (const Svg::Path& cell : svg.pathsIn(QStringLiteral("cells")))
            if (!cell.fill.isEmpty()) {
                const auto& corners = cell.parts[0];
                const double width = corners[1].x() - corners[0].x();
                QVERIFY(std::abs(width - (corners[2].y() - corners[1].y())) < 0.01);
            }
        QCOMPARE(svg.words().count(QStringLiteral("+.09")), 12);
        QCOMPARE(svg.words().count(QStringLiteral("Rank")), 2);
        QCOMPARE(svg.words().count(QStringLiteral("3")), 2);
    }

    void withinTheErrorHasNoColour() {
        HeatmapFrame frame = matrixOf(2);
        frame.sd.assign(4, 0.05);
        const Svg svg = svgOf(frame);
        QCOMPARE(svg.pathsIn(QStringLiteral("cells"))[1].fill, colour(0));
        QVERIFY(svg.words().contains(QString::fromUtf8("Cosine, \u00B1.100 (2 sd)")));
    }

    void undefinedIsHatched() {
        HeatmapFrame frame = matrixOf(2);
        frame.values[1] = std::numeric_limits<double>::quiet_NaN();
        const auto cells = svgOf(frame).pathsIn(QStringLiteral("cells"));
        QVERIFY(cells[1].fill.isEmpty());
        QVERIFY(cells[1].parts.size() > 5);
    }

    void manyCellsAreAPicture() {
        const Svg small = svgOf(matrixOf(64)), large = svgOf(matrixOf(65));
        QCOMPARE(small.images, 0);
        QCOMPARE(large.images, 1);
    }

    void stepsMergeWhereTheyAreAlike() {
        HeatmapFrame frame;
        frame.form = HeatmapForm::RankStep;
        frame.scale = HeatmapScale::Distance;
        frame.rows = {"0", "1"};
        frame.firstStep = 0;
        frame.lastStep = 10;
        for (int step = 0; step < 10; ++step)
            frame.columnStart.push_back(step);
        frame.columnEnd = 10;
        frame.values.assign(20, 1.5); // within two deviations
        for (std::size_t step = 4; step < 10; ++step)
            frame.values[10 + step] = 6;
        const Svg svg = svgOf(frame);
        const auto cells = svg.pathsIn(QStringLiteral("cells"));
        QCOMPARE(cells.size(), 2); // the ground and one stretch of rank 1
        QCOMPARE(cells[0].fill, colour(0));
        QCOMPARE(cells[1].fill, colour(-1)); // departed, not chosen
        const auto ground = cells[0].parts[0], stretch = cells[1].parts[0];
        const double width = ground[1].x() - ground[0].x();
        QVERIFY(std::abs(stretch[1].x() - stretch[0].x() - 0.6 * width) < 0.01);
        QCOMPARE(stretch[2].y(), ground[2].y());
        QVERIFY(svg.words().contains(QStringLiteral("Step")));
    }
};

QTEST_MAIN(TestHeatmapFigure)
#include "TestHeatmapFigure.moc"
