// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FatalMessages.h"
#include "widgets/common/Theme.h"
#include "widgets/heatmap/CosineColors.h"
#include "widgets/heatmap/HeatmapPaint.h"
#include "widgets/heatmap/HeatmapView.h"

#include <QFontMetricsF>
#include <QSignalSpy>
#include <QTest>
#include <cmath>

using namespace rankscope::widgets;

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

struct Shown {
    HeatmapView view;
    explicit Shown(HeatmapFrame frame) {
        view.setFrame(std::move(frame));
        view.resize(436, view.heightForWidth(436));
        view.show();
    }
    /// Near a cell's corner, where no text is.
    QColor corner(int row, int column) {
        const QRectF cell = view.cells().cell(row, column);
        return view.grab().toImage().pixelColor((cell.topLeft() + QPointF(1, 1)).toPoint());
    }
};

} // namespace

class TestHeatmapView : public QObject {
    Q_OBJECT
    rankscope::support::FatalMessages m_fatal;

  private slots:
    void initTestCase() {
        rankscope::support::FatalMessages::install();
        font::load();
        applyTheme(Theme::darkTheme());
    }
    void cellsHaveExactColours_data();
    void cellsHaveExactColours();
    void withinErrorHasNoColour();
    void diagonalAndUndefinedAreBare();
    void namesBothRanks();
    void clickPicksACell();
    void labelsPickTheirRank();
    void enterPicksTheCell();
    void pairIsOutlined();
    void hostsAreNamedAndParted();
    void oneRankAmongAThousandIsSeen();
    void barsStayBesideALowMap();
    void legendNamesWhatStandsApart();
    void saysWhyItIsEmpty();
};

void TestHeatmapView::legendNamesWhatStandsApart() {
    const QFontMetricsF metrics(font::text(font::kAxis));
    std::size_t before = 0;
    for (const double width : {50.0, 68.0, 100.0, 140.0, 280.0}) { // 68: of two ranks
        const auto ticks = legendTicks(width, metrics);
        QVERIFY(ticks.size() >= before);
        before = ticks.size();
        double free = -HUGE_VAL;
        for (const double tick : ticks) {
            const double half =
                metrics.horizontalAdvance(QString::fromStdString(legendText(tick))) / 2;
            const double x = CosineColors::position(tick) * width / 2;
            QVERIFY2(x - half > free, qPrintable(QString::number(width)));
            free = x + half + 2;
        }
    }
    QCOMPARE(legendTicks(68, metrics).size(), std::size_t{3});
    QCOMPARE(before, std::size_t{7});
}

void TestHeatmapView::cellsHaveExactColours_data() {
    QTest::addColumn<int>("ranks");
    QTest::newRow("8, cells with text") << 8;
    QTest::newRow("64, image") << 64;
}

void TestHeatmapView::cellsHaveExactColours() {
    QFETCH(int, ranks);
    HeatmapFrame frame = matrixOf(ranks);
    const auto columns = static_cast<std::size_t>(ranks);
    frame.values[1 * columns + 5] = -0.16;
    frame.values[2 * columns + 6] = 1;
    Shown shown(frame);
    const auto& colours = CosineColors::of(true);
    QCOMPARE(shown.corner(1, 5), colours.colour(-0.16));
    QCOMPARE(shown.corner(2, 6), colours.colour(1));
    QCOMPARE(shown.corner(3, 1), colours.colour(0.09));
}

void TestHeatmapView::withinErrorHasNoColour() {
    HeatmapFrame frame = matrixOf(8);
    frame.sd.assign(64, 0.01);
    frame.sd[1 * 8 + 2] = 0.05;
    Shown shown(frame);
    QCOMPARE(shown.view.shownValue(1, 2), 0.0);
    QCOMPARE(shown.corner(1, 2), CosineColors::of(true).colour(0));
    QCOMPARE(shown.corner(1, 3), CosineColors::of(true).colour(0.09));
}

void TestHeatmapView::diagonalAndUndefinedAreBare() {
    HeatmapFrame frame = matrixOf(8);
    frame.values[1 * 8 + 2] = std::nan("");
    Shown shown(frame);
    QCOMPARE(shown.corner(4, 4), Theme::darkTheme().plot);
    const QImage image = shown.view.grab().toImage();
    const QRectF cell = shown.view.cells().cell(1, 2);
    int bare = 0, hatched = 0;
    for (int x = 2; x < 30; ++x) {
        const bool isBare = image.pixelColor((cell.topLeft() + QPointF(x, 15)).toPoint()) ==
                            Theme::darkTheme().plot;
        (isBare ? bare : hatched) += 1;
    }
    QVERIFY(bare > 5 && hatched > 5);
}

void TestHeatmapView::namesBothRanks() {
    HeatmapFrame frame = matrixOf(8);
    frame.sd.assign(64, 0.0015);
    frame.values[0 * 8 + 1] = std::nan("");
    Shown shown(frame);
    QCOMPARE(shown.view.describe({3, 5}),
             QString::fromUtf8("Ranks 3 and 5: +.090 \u00B1.003 (2 sd)"));
    QCOMPARE(shown.view.describe({0, 1}), QString("Ranks 0 and 1: undefined, no usable gradient"));
    QSignalSpy hovered(&shown.view, &HeatmapView::hovered);
    QTest::mouseMove(&shown.view, shown.view.cells().cell(3, 5).center().toPoint());
    QCOMPARE(hovered.size(), 1);
    QVERIFY(hovered[0][0].toString().startsWith("Ranks 3 and 5"));

    frame.form = HeatmapForm::LayerRank;
    frame.rowKind = "layer";
    shown.view.setFrame(frame);
    QVERIFY(shown.view.describe({3, 5}).startsWith("layer 3, rank 5"));
}

void TestHeatmapView::clickPicksACell() {
    Shown shown(matrixOf(8));
    QSignalSpy clicked(&shown.view, &HeatmapView::clicked);
    QTest::mouseClick(&shown.view, Qt::LeftButton, {},
                      shown.view.cells().cell(2, 7).center().toPoint());
    QTest::mouseClick(&shown.view, Qt::LeftButton, {}, {1, 1});
    QCOMPARE(clicked.size(), 1);
    QCOMPARE(clicked[0][0].toInt(), 2);
    QCOMPARE(clicked[0][1].toInt(), 7);
}

void TestHeatmapView::labelsPickTheirRank() {
    Shown shown(matrixOf(8));
    const HeatmapLayout cells = shown.view.cells();
    QSignalSpy clicked(&shown.view, &HeatmapView::clicked);
    const auto click = [&](double x, double y) {
        QTest::mouseClick(&shown.view, Qt::LeftButton, {}, QPointF(x, y).toPoint());
    };
    click(cells.map().left() - 12, cells.row(3).center().y());
    click(cells.column(6).center().x(), cells.map().top() - 8);
    click(cells.map().right() + 30, cells.row(2).center().y()); // its bar
    QCOMPARE(clicked.size(), 3);
    QCOMPARE(clicked[0], (QList<QVariant>{3, -1}));
    QCOMPARE(clicked[1], (QList<QVariant>{-1, 6}));
    QCOMPARE(clicked[2], (QList<QVariant>{2, -1}));
}

void TestHeatmapView::enterPicksTheCell() {
    Shown shown(matrixOf(8));
    QSignalSpy clicked(&shown.view, &HeatmapView::clicked);
    for (const Qt::Key key :
         {Qt::Key_Return, Qt::Key_Right, Qt::Key_Right, Qt::Key_Down, Qt::Key_Return})
        QTest::keyClick(&shown.view, key);
    QCOMPARE(clicked.size(), 1); // nothing to pick before the first arrow
    QCOMPARE(clicked[0], (QList<QVariant>{1, 1}));
}

void TestHeatmapView::pairIsOutlined() {
    HeatmapFrame frame = matrixOf(8);
    frame.pairRow = 2;
    frame.pairColumn = 5;
    Shown shown(frame);
    const QRectF cell = shown.view.cells().cell(2, 5);
    const QImage image = shown.view.grab().toImage();
    const QColor chosen = Theme::darkTheme().chosen;
    QCOMPARE(image.pixelColor(QPointF(cell.center().x(), cell.top()).toPoint()), chosen);
    QCOMPARE(image.pixelColor(QPointF(cell.left(), cell.center().y()).toPoint()), chosen);
    QVERIFY(image.pixelColor(QPointF(shown.view.cells().cell(2, 0).left() - 1,
                                     cell.center().y())
                                 .toPoint()) != Theme::darkTheme().surface); // its row
}

void TestHeatmapView::hostsAreNamedAndParted() {
    HeatmapFrame frame = matrixOf(64);
    for (int host = 0; host < 8; ++host)
        frame.rankBlocks.push_back({8 * host, 8 * host + 7, "node" + std::to_string(host)});
    Shown shown(frame);
    QVERIFY(shown.view.describe({3, 20}).startsWith("Ranks 3 (node0) and 20 (node2): "));
    const QImage image = shown.view.grab().toImage();
    const HeatmapLayout cells = shown.view.cells();
    const QPointF border(cells.column(8).left() - 1, cells.row(3).center().y());
    QCOMPARE(image.pixelColor(border.toPoint()), Theme::darkTheme().surface);
    QCOMPARE(image.pixelColor((border - QPointF(2, 0)).toPoint()),
             CosineColors::of(true).colour(0.09));
    const auto written = [&](const QRectF& box) {
        for (int y = qCeil(box.top()); y < box.bottom(); ++y)
            for (int x = qCeil(box.left()); x < box.right(); ++x)
                if (image.pixelColor(x, y) != Theme::darkTheme().surface)
                    return true;
        return false;
    };
    for (int host = 0; host < 8; ++host)
        QVERIFY(
            written({8, cells.row(8 * host + 3).center().y() - 5, cells.map().left() - 16, 12}));
}

void TestHeatmapView::oneRankAmongAThousandIsSeen() {
    HeatmapFrame frame = matrixOf(1024);
    for (std::size_t i = 0; i < 1024; ++i)
        frame.values[700 * 1024 + i] = frame.values[i * 1024 + 700] = -0.3;
    Shown shown(frame);
    const HeatmapLayout cells = shown.view.cells();
    QVERIFY(cells.map().width() < 400);
    const QImage image = shown.view.grab().toImage();
    const QColor bad = CosineColors::of(true).colour(-0.3);
    for (const double part : {0.1, 0.5, 0.9}) {
        const QPointF inColumn(cells.column(700).left(),
                               cells.map().top() + part * cells.map().height());
        const QPointF inRow(cells.map().left() + part * cells.map().width(), cells.row(700).top());
        int seen = 0;
        for (const QPointF step : {QPointF(-1, 0), QPointF(0, 0), QPointF(1, 0)})
            seen += image.pixelColor((inColumn + step).toPoint()) == bad ? 1 : 0;
        for (const QPointF step : {QPointF(0, -1), QPointF(0, 0), QPointF(0, 1)})
            seen += image.pixelColor((inRow + step).toPoint()) == bad ? 1 : 0;
        QCOMPARE(seen, 2);
    }
}

void TestHeatmapView::barsStayBesideALowMap() {
    HeatmapFrame frame = matrixOf(8);
    frame.bars.assign(8, 0.2);
    Shown shown(frame);
    shown.view.resize(436, 200);
    const QRectF map = shown.view.cells().map();
    QCOMPARE(map.height(), 136.0); // low cells, as wide as ever
    QCOMPARE(map.width(), 8 * 34.0);
    const QImage image = shown.view.grab().toImage();
    const auto drawn = [&](double left, double right) {
        int count = 0;
        for (int x = static_cast<int>(left); x < static_cast<int>(right); ++x)
            for (int y = static_cast<int>(map.top()); y < static_cast<int>(map.bottom()); ++y)
                count += image.pixelColor(x, y) == Theme::darkTheme().healthy;
        return count;
    };
    QVERIFY(drawn(map.right() + 2, map.right() + 92) > 8 * 8);
    QCOMPARE(drawn(map.right() + 92, 436), 0);
}

void TestHeatmapView::saysWhyItIsEmpty() {
    HeatmapFrame frame;
    frame.emptyText = "One rank only: there is nothing to compare.";
    frame.summary = frame.emptyText;
    Shown shown(frame);
    shown.view.resize(436, 120);
    const QImage image = shown.view.grab().toImage();
    int written = 0;
    for (int x = 0; x < image.width(); ++x)
        for (int y = 0; y < image.height(); ++y)
            written += image.pixelColor(x, y) != Theme::darkTheme().surface;
    QVERIFY(written > 100);
    QCOMPARE(shown.view.accessibleDescription(), QString::fromStdString(frame.emptyText));
}

QTEST_MAIN(TestHeatmapView)
#include "TestHeatmapView.moc"
