// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Window.h"

#include "app/ui/Screenshot.h"
#include "app/ui/actions/Actions.h"
#include "app/ui/panels/FormSwitch.h"
#include "app/ui/panels/HelpSheet.h"
#include "app/ui/panels/RankDocks.h"
#include "tests/support/FatalMessages.h"
#include "tests/support/RecordedRun.h"
#include "widgets/heatmap/CosineColors.h"
#include "widgets/heatmap/StepMapView.h"

#include <QAction>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>
#include <cmath>

using namespace rankscope;
using support::RecordedRun;
using support::Window;
using ui::ChartKind;

class TestReplayWindow : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    QTemporaryDir m_folder;

    [[nodiscard]] std::string path(const char* name) const {
        return m_folder.filePath(QLatin1String(name)).toStdString();
    }

    static QPoint at(widgets::ChartPanel* panel, double step) {
        return {static_cast<int>(std::lround(panel->geometry().toX(step))),
                static_cast<int>(panel->geometry().plot.center().y())};
    }

  private slots:
    void initTestCase();
    void showsTheRun();
    void chartsShareTheirAxis();
    void bandsAreTheMetrics();
    void normsAreOneClickAway();
    void smoothingIsNamed();
    void cosineCellsHaveExactColours();
    void hoverMovesEverything();
    void clickSelectsARankEverywhere();
    void clickSelectsAPair();
    void ordersOfTheRanks();
    void manyRanksHaveAMapOfSteps();
    void tableSortsAndMarks();
    void zoomAndReset();
    void keysWalkThroughTheRun();
    void tabWalksThroughThePanels();
    void arrowsMoveInAMap();
    void oldValuesAreFaint();
    void helpListsWhatExists();
    void playbackRunsToTheEnd();
    void playbackLoopsOverTheView();
    void timelineScrubs();
    void nonFiniteIsTheVerdict();
    void silentRanksAreNamed();
    void manyRanksAreAnEnvelope();
    void themeCanBeChanged();
    void nothingIsClipped_data();
    void nothingIsClipped();
    void badFilesAreExplained_data();
    void badFilesAreExplained();
    void aBadFileLeavesTheRun();
    void screenshotIsWritten();
    void screenshotOfManyRanksHasTheirMap();
};

void TestReplayWindow::initTestCase() {
    support::FatalMessages::install();
    widgets::font::load();
    widgets::applyTheme(widgets::Theme::darkTheme());
    RecordedRun run;
    run.steps = 60;
    run.departing = 5;
    run.departs = 30;
    run.gapFirst = 12;
    run.gapLast = 14;
    run.write(path("run"));
    RecordedRun nan;
    nan.steps = 20;
    nan.nanRank = 5;
    nan.nanStep = 7;
    nan.write(path("nan"));
    RecordedRun many;
    many.ranks = 64;
    many.steps = 10;
    many.write(path("many"));
}

void TestReplayWindow::showsTheRun() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    QCOMPARE(w.window.windowTitle(), QString::fromUtf8("byte-gpt-s13 \u2013 Rankscope"));
    QCOMPARE(w.window.pill()->text(), QString("REPLAY"));
    QCOMPARE(w.headline(), QString("8 of 8 ranks recorded"));
    QVERIFY(w.window.verdict()->verdict().detail.starts_with("24 records lost"));
    QVERIFY(w.window.statusText().startsWith("run, "));
    const auto& loss = w.panel(ChartKind::Loss)->frame();
    QCOMPARE(loss.title, std::string("Loss"));
    QCOMPARE(loss.gaps.size(), std::size_t{1});
    QCOMPARE(loss.gaps[0].first, 12.0);
    QCOMPARE(loss.gaps[0].last, 14.0);
    auto* table = w.window.run()->workers()->model();
    QCOMPARE(table->rowCount(), 8);
    QCOMPARE(table->index(5, 7).data().toString(), QString("received"));
    QVERIFY(table->index(5, 3).data().toString().startsWith("+"));
}

void TestReplayWindow::chartsShareTheirAxis() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    const auto& first = w.panel(ChartKind::Loss)->geometry();
    QCOMPARE(first.first, -0.5);
    QCOMPARE(first.last, 59.5);
    for (const ChartKind kind : ui::kCharts) {
        auto* panel = w.panel(kind);
        const auto& geometry = panel->geometry();
        QCOMPARE(geometry.first, first.first);
        QCOMPARE(geometry.last, first.last);
        QCOMPARE(panel->mapTo(&w.window, geometry.plot.topLeft().toPoint()).x(),
                 w.panel(ChartKind::Loss)->mapTo(&w.window, first.plot.topLeft().toPoint()).x());
        QCOMPARE(geometry.plot.width(), first.plot.width());
    }
    QVERIFY(w.panel(ChartKind::Direction)->geometry().y.min < 0);
}

void TestReplayWindow::bandsAreTheMetrics() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    const auto& bands = w.panel(ChartKind::Loss)->frame().bands;
    QCOMPARE(bands.size(), std::size_t{2});
    for (const std::uint64_t step : {3, 29, 45}) {
        w.controller.click(static_cast<double>(step), -1);
        QTRY_COMPARE(w.cursorStep(), step);
        const auto& m = w.controller.frame()->cursor.metrics;
        const auto& x = bands[0].x; // one point per step here, and a break at the gap
        const auto i = static_cast<std::size_t>(
            std::find(x.begin(), x.end(), static_cast<double>(step)) - x.begin());
        QCOMPARE(bands[0].low[i], m.lossMin);
        QCOMPARE(bands[0].high[i], m.lossMax);
        QCOMPARE(bands[1].low[i], m.lossMean - m.lossStd);
        QCOMPARE(bands[1].high[i], m.lossMean + m.lossStd);
    }
}

void TestReplayWindow::normsAreOneClickAway() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    auto* panel = w.panel(ChartKind::NormDispersion);
    QCOMPARE(panel->frame().curves.size(), std::size_t{1});
    auto* form = w.window.run()->charts()->normForm();
    QTest::mouseClick(form->button(true), Qt::LeftButton);
    const auto& chart = panel->frame();
    QCOMPARE(chart.curves.size(), std::size_t{9});
    QCOMPARE(chart.bands.size(), std::size_t{2});
    w.controller.click(45, -1);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{45});
    const auto& cursor = w.controller.frame()->cursor;
    const auto at = [](const std::vector<double>& x, const std::vector<double>& y) {
        return y[static_cast<std::size_t>(std::find(x.begin(), x.end(), 45.0) - x.begin())];
    };
    const auto& m = cursor.metrics;
    QCOMPARE(at(chart.curves[8].x, chart.curves[8].y), m.gradNormMean);
    QCOMPARE(at(chart.bands[0].x, chart.bands[0].low), m.gradNormMin);
    QCOMPARE(at(chart.bands[0].x, chart.bands[0].high), m.gradNormMax);
    QCOMPARE(at(chart.bands[1].x, chart.bands[1].low), m.gradNormMean - m.gradNormStd);
    QCOMPARE(at(chart.bands[1].x, chart.bands[1].high), m.gradNormMean + m.gradNormStd);
    for (std::size_t rank = 0; rank < 8; ++rank)
        QCOMPARE(at(chart.curves[rank].x, chart.curves[rank].y),
                 static_cast<double>(static_cast<float>(cursor.workers[rank].metrics.gradNorm)));
    QVERIFY(QTest::qWaitForWindowActive(&w.window));
    QTest::keyClick(&w.window, Qt::Key_G, Qt::ControlModifier);
    QCOMPARE(panel->frame().curves.size(), std::size_t{1});
    QVERIFY(form->button(false)->isChecked());
}

void TestReplayWindow::smoothingIsNamed() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    w.window.findChild<QAction*>(QStringLiteral("smooth8"))->trigger();
    QTRY_VERIFY(QString::fromStdString(w.panel(ChartKind::Loss)->frame().unit)
                    .endsWith(QLatin1String(", EMA 8, raw behind")));
}

void TestReplayWindow::cosineCellsHaveExactColours() {
    Window w;
    w.adapter.openFile(path("run"));
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

void TestReplayWindow::hoverMovesEverything() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    auto* loss = w.panel(ChartKind::Loss);
    QTest::mouseMove(loss, at(loss, 40));
    QTest::mouseMove(loss, at(loss, 20));
    for (const ChartKind kind : ui::kCharts)
        QCOMPARE(w.panel(kind)->cursor(), 20.0); // at once, before the engine answers
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{20});
    QCOMPARE(loss->header()[0].value, std::string("20"));
    const auto& metrics = w.controller.frame()->cursor.metrics;
    QCOMPARE(loss->header()[1].value, ui::plainText(metrics.lossMean));
    QCOMPARE(w.window.run()->workers()->model()->index(3, 2).data().toString().toStdString(),
             ui::plainText(w.controller.frame()->cursor.workers[3].metrics.loss));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(loss, &leave);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{59});
}

void TestReplayWindow::clickSelectsARankEverywhere() {
    Window w;
    w.adapter.openFile(path("run"));
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

void TestReplayWindow::clickSelectsAPair() {
    Window w;
    w.adapter.openFile(path("run"));
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

void TestReplayWindow::ordersOfTheRanks() {
    Window w;
    w.adapter.openFile(path("run"));
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

void TestReplayWindow::manyRanksHaveAMapOfSteps() {
    Window w;
    w.adapter.openFile(path("many"));
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
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded() && w.controller.frame()->status.world == 8);
    QVERIFY(!steps->isVisible());
}

void TestReplayWindow::tableSortsAndMarks() {
    Window w;
    w.adapter.openFile(path("run"));
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

void TestReplayWindow::zoomAndReset() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    auto* direction = w.panel(ChartKind::Direction);
    QTest::mousePress(direction, Qt::LeftButton, {}, at(direction, 20));
    QTest::mouseMove(direction, at(direction, 35));
    QTest::mouseRelease(direction, Qt::LeftButton, {}, at(direction, 40));
    QTRY_VERIFY(std::abs(w.controller.frame()->viewFirst - 20) < 0.2);
    for (const ChartKind kind : ui::kCharts)
        QVERIFY(std::abs(w.panel(kind)->geometry().last - 40) < 0.2);
    QVERIFY(w.window.run()->timeline()->frame().viewLast < 41);
    QTest::mouseDClick(direction, Qt::LeftButton, {}, at(direction, 30));
    QTRY_COMPARE(w.panel(ChartKind::Loss)->geometry().last, 59.5);
}

void TestReplayWindow::keysWalkThroughTheRun() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    QVERIFY(QTest::qWaitForWindowActive(&w.window));
    QTest::keyClick(&w.window, Qt::Key_Left);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{58});
    QTest::keyClick(&w.window, Qt::Key_Left, Qt::ShiftModifier);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{48});
    QTest::keyClick(&w.window, Qt::Key_Home);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{0});
    QTest::keyClick(&w.window, Qt::Key_Right);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{1});
    QTest::keyClick(&w.window, Qt::Key_End);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{59});
}

void TestReplayWindow::tabWalksThroughThePanels() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    QVERIFY(QTest::qWaitForWindowActive(&w.window));
    auto* run = w.window.run();
    auto* form = run->charts()->normForm();
    const QList<QWidget*> wanted{w.panel(ChartKind::Loss),
                                 w.panel(ChartKind::LossDispersion),
                                 w.panel(ChartKind::Direction),
                                 w.panel(ChartKind::NormDispersion),
                                 form->button(false),
                                 form->button(true),
                                 run->cosines(),
                                 run->layers(),
                                 run->workers()};
    QList<QWidget*> walked;
    for (int i = 0; i < 60 && !walked.endsWith(run->workers()); ++i) {
        QTest::keyClick(w.window.windowHandle(), Qt::Key_Tab);
        QWidget* focus = QApplication::focusWidget();
        if (wanted.contains(focus))
            walked << focus;
        const bool ours = qobject_cast<widgets::ChartPanel*>(focus) != nullptr ||
                          qobject_cast<widgets::HeatmapView*>(focus) != nullptr ||
                          focus == run->workers();
        if (!ours)
            continue;
        const QImage image = focus->grab().toImage();
        for (const QPoint edge : {QPoint(0, focus->height() / 2), QPoint(1, focus->height() / 2),
                                  QPoint(focus->width() / 2, focus->height() - 1)})
            QVERIFY2(image.pixelColor(edge) == widgets::Theme::darkTheme().chosen,
                     qPrintable(QStringLiteral("%1 %2,%3")
                                    .arg(focus->accessibleName())
                                    .arg(edge.x())
                                    .arg(edge.y())));
    }
    QCOMPARE(walked, wanted);
}

void TestReplayWindow::arrowsMoveInAMap() {
    Window w;
    w.adapter.openFile(path("run"));
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

void TestReplayWindow::oldValuesAreFaint() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    const auto strongest = [](QWidget* widget, QRect area) {
        const QImage image = widget->grab(area).toImage();
        int most = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                most = std::max(most, image.pixelColor(x, y).lightness());
        return most;
    };
    auto* loss = w.panel(ChartKind::Loss);
    auto* table = w.window.run()->workers();
    const QRect values(loss->width() / 2, 0, loss->width() / 2, widgets::ChartPanel::kHeader);
    const QRect row(table->width() / 2, 30, table->width() / 4, 20);
    const int header = strongest(loss, values), cell = strongest(table, row);
    auto stale = *w.controller.frame();
    stale.status.state = engine::RunState::Stale;
    stale.status.lagSeconds = 14;
    emit w.adapter.framePublished(std::make_shared<const engine::RunFrame>(stale));
    QCOMPARE(w.window.pill()->text(), QString("STALE 14 s"));
    QVERIFY(strongest(loss, values) < 0.75 * header);
    QVERIFY(strongest(table, row) < 0.75 * cell);
    stale.status.state = engine::RunState::Live;
    emit w.adapter.framePublished(std::make_shared<const engine::RunFrame>(stale));
    QCOMPARE(strongest(loss, values), header);
    QCOMPARE(strongest(table, row), cell);
}

void TestReplayWindow::helpListsWhatExists() {
    Window w;
    QVERIFY(QTest::qWaitForWindowActive(&w.window));
    QTest::keyClick(&w.window, Qt::Key_Question);
    auto* sheet = w.window.findChild<ui::HelpSheet*>();
    QVERIFY(sheet && sheet->isVisible() && !sheet->isModal());
    QStringList texts;
    for (const QLabel* label : sheet->findChildren<QLabel*>())
        texts << label->text();
    for (const char* text :
         {"Log y", "Y", "Undo zoom", "Ctrl+Z", "One step back", "Shift+Right", "?"})
        QVERIFY2(texts.contains(QLatin1String(text)), text);
    for (const QAction* action : ui::allActions(*w.window.menuBar()))
        for (const QKeySequence& keys : action->shortcuts()) {
            const QString key = keys.toString(QKeySequence::NativeText);
            QVERIFY2(!texts.filter(key).isEmpty(), qPrintable(key));
        }
    const QSize screen(1280, 760);
    QVERIFY(sheet->width() <= screen.width() && sheet->height() <= screen.height());
    QTest::keyClick(&w.window, Qt::Key_Question); // the same key again
    QCOMPARE(w.window.findChildren<ui::HelpSheet*>().size(), 0);
    w.window.findChild<QAction*>(QStringLiteral("about"))->trigger();
    QTest::keyClick(&w.window, Qt::Key_Question); // one sheet at a time
    QCOMPARE(w.window.findChildren<ui::HelpSheet*>().size(), 1);
    sheet = w.window.findChild<ui::HelpSheet*>();
    QTest::keyClick(sheet, Qt::Key_Question);
    QTRY_COMPARE(w.window.findChildren<ui::HelpSheet*>().size(), 0);
}

void TestReplayWindow::playbackRunsToTheEnd() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    double shortest = 60;
    connect(&w.controller, &ui::RunController::changed, &w.window,
            [&] { shortest = std::min(shortest, w.controller.frame()->lastStep); });
    w.controller.setSpeed(100);
    w.controller.playOrPause();
    QVERIFY(w.controller.playing());
    QTRY_VERIFY(shortest < 30); // the future is not shown, but in the timeline there is room for it
    QCOMPARE(w.window.run()->timeline()->frame().last, 59.0);
    QTRY_VERIFY(!w.controller.playing());
    QTRY_COMPARE(w.controller.frame()->lastStep, 59.0);
}

void TestReplayWindow::playbackLoopsOverTheView() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    w.controller.zoom(20, 30);
    QTRY_VERIFY(std::abs(w.controller.frame()->viewLast - 30) < 1);
    auto* loop = w.window.run()->transport()->loopButton();
    QTest::mouseClick(loop, Qt::LeftButton);
    QVERIFY(w.controller.view().loops());
    QTRY_VERIFY(loop->isChecked() && w.window.run()->timeline()->frame().loops);
    int rounds = 0;
    double least = 99, most = 0, before = 0;
    connect(&w.controller, &ui::RunController::changed, &w.window, [&] {
        if (const auto playhead = w.controller.view().view().playhead) {
            const auto at = static_cast<double>(playhead->value());
            least = std::min(least, at);
            most = std::max(most, at);
            rounds += at < before ? 1 : 0;
            before = at;
        }
    });
    w.controller.setSpeed(200);
    w.controller.playOrPause();
    QTRY_VERIFY(rounds >= 2);
    QVERIFY(w.controller.playing());
    QVERIFY(least >= 20 && most <= 30);
    w.controller.playOrPause();
    QVERIFY(!w.controller.playing());
}

void TestReplayWindow::timelineScrubs() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    auto* timeline = w.window.run()->timeline();
    const auto x = [&](double step) { return QPoint(static_cast<int>(timeline->toX(step)), 30); };
    QTest::mouseClick(timeline, Qt::LeftButton, {}, x(30.2));
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{30});
    QCOMPARE(w.panel(ChartKind::NormDispersion)->cursor(), 30.0);
}

void TestReplayWindow::nonFiniteIsTheVerdict() {
    Window w;
    w.adapter.openFile(path("nan"));
    QTRY_VERIFY(w.loaded());
    QCOMPARE(w.headline(), QString("Rank 5: NaN or Inf in its gradient at step 7"));
    QCOMPARE(w.window.verdict()->verdict().kind, ui::Verdict::Kind::Exact);
    const auto& marks = w.panel(ChartKind::Direction)->frame().nonFinite;
    QCOMPARE(marks.size(), std::size_t{1});
    QCOMPARE(marks[0].label, std::string("NaN 5"));
    w.controller.click(7, -1);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{7});
    QCOMPARE(w.window.run()->workers()->model()->index(5, 7).data().toString(), QString("NaN"));
}

void TestReplayWindow::silentRanksAreNamed() {
    RecordedRun run;
    run.steps = 20;
    run.silentFrom = 6; // two ranks stop halfway, without a word
    run.write(path("silent"));
    Window w;
    w.adapter.openFile(path("silent"));
    QTRY_VERIFY(w.loaded());
    QCOMPARE(w.window.verdict()->verdict().detail,
             std::string("nothing from ranks 6 and 7 after step 9"));
    w.controller.click(15, -1);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{15});
    QCOMPARE(w.window.run()->workers()->model()->index(7, 7).data().toString(), QString("missing"));
}

void TestReplayWindow::manyRanksAreAnEnvelope() {
    Window w;
    w.adapter.openFile(path("many"));
    QTRY_VERIFY(w.loaded());
    QCOMPARE(w.panel(ChartKind::Loss)->frame().bands.size(), std::size_t{2});
    QCOMPARE(w.window.run()->cosines()->frame().columns.size(), std::size_t{64});
    const auto above = w.window.run()->cosines()->cells(),
               below = w.window.run()->layers()->cells();
    QCOMPARE(below.cell(0, 40).left(), above.cell(0, 40).left());
}

void TestReplayWindow::themeCanBeChanged() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    auto* loss = w.panel(ChartKind::Loss);
    const QPoint corner = loss->geometry().plot.topRight().toPoint() + QPoint(-3, 3);
    widgets::applyTheme(widgets::Theme::lightTheme());
    QCOMPARE(loss->grab().toImage().pixelColor(corner), widgets::Theme::lightTheme().plot);
    const auto* bare = w.window.findChild<QToolButton*>(QStringLiteral("bare"));
    const QImage icon = bare->icon().pixmap(14).toImage();
    for (int y = 0; y < icon.height(); ++y)
        for (int x = 0; x < icon.width(); ++x)
            if (icon.pixelColor(x, y).alpha() == 255)
                QCOMPARE(icon.pixelColor(x, y), widgets::Theme::lightTheme().text2);
    widgets::applyTheme(widgets::Theme::darkTheme());
    QCOMPARE(loss->grab().toImage().pixelColor(corner), widgets::Theme::darkTheme().plot);
}

void TestReplayWindow::nothingIsClipped_data() {
    QTest::addColumn<QSize>("size");
    QTest::addColumn<QString>("file");
    for (const QSize size : {QSize(1280, 760), QSize(1600, 1000)})
        for (const char* file : {"run", "many", ""})
            QTest::addRow("%dx%d %s", size.width(), size.height(), file) << size << QString(file);
}

void TestReplayWindow::nothingIsClipped() {
    QFETCH(QSize, size);
    QFETCH(QString, file);
    Window w(size);
    if (!file.isEmpty()) {
        w.adapter.openFile(path(qPrintable(file)));
        QTRY_VERIFY(w.loaded());
        QCoreApplication::processEvents();
    }
    QCOMPARE(w.window.size(), size);
    for (QWidget* child : w.window.findChildren<QWidget*>()) {
        const auto* label = qobject_cast<QLabel*>(child);
        const bool text =
            (label != nullptr && child->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored) ||
            qobject_cast<QPushButton*>(child) != nullptr;
        if (!text || !child->isVisible())
            continue;
        const QString name = label != nullptr ? label->text() : child->accessibleName();
        QVERIFY2(child->width() >= child->sizeHint().width() &&
                     child->height() >= child->sizeHint().height(),
                 qPrintable(name));
        const QRect inWindow(child->mapTo(&w.window, QPoint(0, 0)), child->size());
        QVERIFY2(w.window.rect().contains(inWindow), qPrintable(name));
    }
    if (file.isEmpty())
        return;
    for (const ChartKind kind : ui::kCharts)
        QVERIFY(w.panel(kind)->geometry().plot.height() >= 30);
    for (auto* map : {w.window.run()->cosines(), w.window.run()->layers()}) {
        QVERIFY(QRectF(map->rect()).contains(map->cells().map()));
        QVERIFY(map->visibleRegion().boundingRect() == map->rect());
    }
    QVERIFY(w.window.run()->workers()->viewport()->height() >= 3 * 20);
    // A rank is one straight column through both maps.
    const auto above = w.window.run()->cosines()->cells(),
               below = w.window.run()->layers()->cells();
    QCOMPARE(below.cell(0, 7).left(), above.cell(0, 7).left());
    QCOMPARE(below.cell(0, 7).right(), above.cell(0, 7).right());
}

void TestReplayWindow::badFilesAreExplained_data() {
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"missing", "not a session", "newer", "cut"})
        QTest::newRow(kind) << QString(kind);
}

void TestReplayWindow::badFilesAreExplained() {
    QFETCH(QString, kind);
    const QString file = m_folder.filePath(kind);
    if (kind != QLatin1String("missing")) {
        QFile whole(QString::fromStdString(path("run")));
        QVERIFY(whole.open(QIODevice::ReadOnly));
        QByteArray bytes = whole.readAll();
        if (kind == QLatin1String("not a session"))
            bytes = "hello";
        else if (kind == QLatin1String("newer"))
            bytes.replace(60, 4, QByteArray("\x00\x00\x03\xE8", 4)); // SQLite's user_version
        else
            bytes.truncate(bytes.size() / 2);
        QFile copy(file);
        QVERIFY(copy.open(QIODevice::WriteOnly));
        copy.write(bytes);
    }
    Window w;
    w.adapter.openFile(file.toStdString());
    QTRY_COMPARE(w.window.verdict()->verdict().kind, ui::Verdict::Kind::Failure);
    QVERIFY(!w.headline().isEmpty());
    if (kind != QLatin1String("cut"))
        QVERIFY(!w.window.showsRun());
}

void TestReplayWindow::aBadFileLeavesTheRun() {
    Window w;
    w.adapter.openFile(path("run"));
    QTRY_VERIFY(w.loaded());
    const QString calm = w.headline();
    w.adapter.openFile(path("no-such-file"));
    QTRY_VERIFY(w.controller.error());
    QVERIFY(w.headline().endsWith("there is no such file."));
    QVERIFY(w.window.showsRun());
    QCOMPARE(w.controller.source()->file, path("run"));
    w.controller.click(20, -1); // the run answers
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{20});
    QTest::keyClick(&w.window, Qt::Key_Escape);
    QCOMPARE(w.headline(), calm);
}

void TestReplayWindow::screenshotIsWritten() {
    Window w({1280, 760});
    const QString file = m_folder.filePath("shot.png");
    ui::Screenshot screenshot(w.window, w.controller, file, {});
    QSignalSpy finished(&screenshot, &ui::Screenshot::finished);
    w.adapter.openFile(path("run"));
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(finished[0][0].toBool());
    QCOMPARE(QImage(file).size(), QSize(1280, 760));
}

void TestReplayWindow::screenshotOfManyRanksHasTheirMap() {
    Window w({1280, 760});
    ui::Screenshot screenshot(w.window, w.controller, m_folder.filePath("many.png"), {});
    QSignalSpy finished(&screenshot, &ui::Screenshot::finished);
    w.adapter.openFile(path("many"));
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(w.controller.frame()->image !=
            nullptr); // which the window asked for after the first frame
}

QTEST_MAIN(TestReplayWindow)
#include "TestReplayWindow.moc"
