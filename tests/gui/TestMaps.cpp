// SPDX-License-Identifier: GPL-3.0-or-later
// Ranks in the maps and in the table: their order, their colours, and choosing them.
#include "tests/gui/RecordedRuns.h"
#include "tests/gui/Window.h"

#include "app/ui/panels/RankDocks.h"
#include "widgets/heatmap/CosineColors.h"
#include "widgets/heatmap/StepMapView.h"

#include <QAction>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>

using namespace rankscope;
using support::RecordedRuns;
using support::Window;
using ui::ChartKind;

class TestMaps : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    RecordedRuns m_runs;

  private slots:
    void initTestCase();
    void cosineCellsHaveExactColours();
    void clickSelectsARankEverywhere();
    void clickSelectsAPair();
    void ordersOfTheRanks();
    void manyRanksHaveAMapOfSteps();
    void tableSortsAndMarks();
    void arrowsMoveInAMap();
};

void TestMaps::initTestCase() {
    support::FatalMessages::install();
    widgets::font::load();
    widgets::applyTheme(widgets::Theme::darkTheme());
}

void TestMaps::cosineCellsHaveExactColours() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    auto* map = w.window.run()->cosines();
    const auto matrix = w.controller.frame()->cursor.cosine;
    QVERIFY(matrix);
    const QImage image = map->grab().toImage();
    for (const auto& [row, column] : {std::pair{0, 4}, {5, 7}, {2, 3}}) {
        const double cosine =
            matrix->at(static_cast<std::size_t>(row), static_cast<std::size_t>(column));
        const double sd =
            matrix->sd[static_cast<std::size_t>(row) * 8 + static_cast<std::size_t>(column)];
        const QPointF corner = map->cells().cell(row, column).topLeft() + QPointF(1, 1);
        QCOMPARE(image.pixelColor(corner.toPoint()),
                 widgets::CosineColors::of(true).colour(std::abs(cosine) < 2 * sd ? 0 : cosine));
    }
    QVERIFY(map->accessibleDescription().startsWith("Lowest cosine"));
}

void TestMaps::clickSelectsARankEverywhere() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    auto* map = w.window.run()->cosines();
    QTest::mouseClick(map, Qt::LeftButton, {}, map->cells().cell(5, 5).center().toPoint());
    QCOMPARE(w.controller.selected(), RankId{5});
    const auto& last = w.panel(ChartKind::Loss)->frame().curves.back();
    QCOMPARE(last.rank, 5);
    QCOMPARE(last.ink, widgets::Ink::Chosen);
    QCOMPARE(w.window.run()->layers()->frame().selected, 5);
    QVERIFY(w.window.run()->workers()->selectionModel()->isRowSelected(5));
    w.controller.clearSelection();
    QVERIFY(!w.window.run()->workers()->selectionModel()->hasSelection());
}

void TestMaps::clickSelectsAPair() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    auto* map = w.window.run()->cosines();
    const auto click = [&] {
        QTest::mouseClick(map, Qt::LeftButton, {}, map->cells().cell(5, 2).center().toPoint());
    };
    click();
    QCOMPARE(w.controller.view().view().pair, std::pair(RankId{2}, RankId{5}));
    QVERIFY(!w.controller.selected());
    QCOMPARE(map->frame().pairRow, 2);
    QCOMPARE(map->frame().pairColumn, 5);
    click();
    QVERIFY(!w.controller.view().view().pair);
    map->setFocus();
    for (const Qt::Key key : {Qt::Key_Right, Qt::Key_Right, Qt::Key_Right, Qt::Key_Return})
        QTest::keyClick(map, key);
    QCOMPARE(w.controller.view().view().pair, std::pair(RankId{0}, RankId{2}));
    QTest::keyClick(&w.window, Qt::Key_Escape);
    QVERIFY(!w.controller.view().view().pair);
    QCOMPARE(map->frame().pairRow, -1);
}

void TestMaps::ordersOfTheRanks() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    auto* ranks = w.window.run()->ranks();
    QVERIFY(ranks->orderChoice()->isVisible());
    const auto columns = [&] { return w.window.run()->cosines()->frame().columns; };
    const std::vector<std::string> byRank = columns();
    QTest::keyClick(ranks->orderChoice(), Qt::Key_Down);
    QCOMPARE(w.controller.mapOrder(), ui::MapOrder::Host);
    QTest::keyClick(ranks->orderChoice(), Qt::Key_Down);
    QCOMPARE(w.controller.mapOrder(), ui::MapOrder::Similarity);
    QTRY_VERIFY(columns() != byRank);
    QVERIFY(columns().front() == "5" || columns().back() == "5"); // it has left its peers
    QCOMPARE(w.window.run()->layers()->frame().columns, columns());
    for (int row = 0; row < 8; ++row)
        QCOMPARE(w.window.run()->workers()->model()->index(row, 0).data().toString().toStdString(),
                 columns()[static_cast<std::size_t>(row)]);
    QTest::keyClick(ranks->orderChoice(), Qt::Key_Up);
    QTest::keyClick(ranks->orderChoice(), Qt::Key_Up);
    QCOMPARE(columns(), byRank);
    QTest::keyClick(ranks->windowChoice(), Qt::Key_Down);
    QCOMPARE(w.controller.view().view().cosineWindow, 4U);
}

void TestMaps::manyRanksHaveAMapOfSteps() {
    Window w;
    w.adapter.openFile(m_runs.path("many"));
    QTRY_VERIFY(w.loaded());
    auto* steps = w.window.run()->steps();
    QTRY_VERIFY(steps->isVisible() && !steps->frame().empty());
    QCOMPARE(steps->frame().rows.size(), std::size_t{64});
    const auto* loss = w.panel(ChartKind::Loss);
    for (const double step : {0.0, 4.0, 9.0}) // x lines up with the charts
        QCOMPARE(steps->mapTo(&w.window, QPointF(steps->cells().toX(step), 0)).x(),
                 loss->mapTo(&w.window, QPointF(loss->geometry().toX(step), 0)).x());
    const widgets::HeatmapLayout cells = steps->cells();
    QTest::mouseClick(steps, Qt::LeftButton, {},
                      QPointF(cells.toX(4), cells.row(20).center().y()).toPoint());
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{4});
    QCOMPARE(w.controller.selected(),
             RankId{static_cast<RankId::rep>(std::stoul(steps->frame().rows[20]))});
    QCOMPARE(steps->step(), 4.0);
    auto* table = w.window.run()->workers();
    const QModelIndexList picked = table->selectionModel()->selectedRows();
    QCOMPARE(picked.size(), 1);
    QVERIFY(table->viewport()->rect().contains(table->visualRect(picked.first()))); // scrolled to
    const auto trigger = [&](const char* name) {
        w.window.findChild<QAction*>(QLatin1String(name))->trigger();
    };
    trigger("rankMapDirection");
    QTRY_VERIFY(steps->frame().unit.starts_with("leave-one-out cosine"));
    trigger("rankMapOff");
    QVERIFY(!steps->isVisible());
    trigger("rankMapLoss");
    QTRY_VERIFY(steps->isVisible());
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded() && w.controller.frame()->status.world == 8);
    QVERIFY(!steps->isVisible());
}

void TestMaps::tableSortsAndMarks() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    auto* table = w.window.run()->workers();
    const auto* header = table->horizontalHeader();
    const auto first = [&] { return table->model()->index(0, 0).data().toString(); };
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                      {header->sectionViewportPosition(2) + 20, 10});
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                      {header->sectionViewportPosition(2) + 20, 10});
    QCOMPARE(first(), QString("5")); // the highest loss
    w.controller.selectRank(5);
    QVERIFY(table->selectionModel()->isRowSelected(0));
    QContextMenuEvent menu(QContextMenuEvent::Mouse, {30, 10}, table->mapToGlobal(QPoint(30, 34)));
    QCoreApplication::sendEvent(table->viewport(), &menu);
    auto* shown = table->findChild<QMenu*>();
    QVERIFY(shown && shown->isVisible());
    const auto actions = shown->actions();
    QCOMPARE(actions[0]->text(), QString("Select rank 5"));
    QVERIFY(actions[0]->isChecked());
    actions[1]->trigger();
    QCOMPARE(w.controller.view().ranks().pinned(), std::set<RankId>{RankId{5}});
    QVERIFY(table->model()->index(0, 0).data(Qt::ToolTipRole).toString().startsWith("P:"));
    shown->close();
}

void TestMaps::arrowsMoveInAMap() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    QVERIFY(QTest::qWaitForWindowActive(&w.window));
    auto* map = w.window.run()->cosines();
    map->setFocus();
    const auto press = [&](Qt::Key key) { QTest::keyClick(w.window.windowHandle(), key); };
    press(Qt::Key_Right); // the first arrow shows where one is
    press(Qt::Key_Right);
    press(Qt::Key_Down);
    press(Qt::Key_Return); // the diagonal is a rank
    QCOMPARE(w.controller.selected(), RankId{1});
    press(Qt::Key_Up);
    press(Qt::Key_Up);
    press(Qt::Key_Up); // no further than the edge
    press(Qt::Key_Return);
    QCOMPARE(w.controller.view().view().pair, std::pair(RankId{0}, RankId{1}));
    auto* layers = w.window.run()->layers();
    QSignalSpy reached(layers, &widgets::HeatmapView::reached);
    layers->setFocus();
    press(Qt::Key_Down);
    press(Qt::Key_Left);
    QCOMPARE(reached.last(), (QList<QVariant>{0, 0}));
    QCOMPARE(w.controller.selected(), RankId{0});
    press(Qt::Key_Down);
    QCOMPARE(w.controller.selected(), RankId{0}); // the same rank stays selected
    QCOMPARE(w.cursorStep(), std::uint64_t{59});  // the steps stood still
    w.window.run()->workers()->setFocus();
    press(Qt::Key_Down);
    QCOMPARE(w.controller.selected(), RankId{1});
    w.panel(ChartKind::Loss)->setFocus();
    press(Qt::Key_Left);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{58});
}

QTEST_MAIN(TestMaps)
#include "TestMaps.moc"
