// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Window.h"

#include "app/ui/CompareController.h"
#include "app/ui/CompareDesk.h"
#include "app/ui/panels/CompareBar.h"
#include "app/ui/panels/CompareChartsPane.h"
#include "app/ui/panels/ComparePane.h"
#include "app/ui/panels/ConfigPane.h"
#include "app/ui/panels/CosineMaps.h"
#include "app/ui/panels/FormSwitch.h"
#include "app/ui/panels/SessionCard.h"
#include "app/ui/panels/SessionsPane.h"
#include "app/ui/panels/SummaryPane.h"
#include "app/ui/panels/SummaryTable.h"
#include "tests/support/FatalMessages.h"
#include "tests/support/RecordedRun.h"
#include "widgets/heatmap/CosineColors.h"

#include <QComboBox>
#include <QDropEvent>
#include <QMimeData>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <cmath>
#include <utility>

using namespace rankscope;
using support::RecordedRun;
using support::Window;
using ui::ChartKind;

namespace {

/// The window with a comparison in it.
class Compared : public Window {
  public:
    explicit Compared(const QStringList& files, QSize size = {1600, 1000}) : Window(size) {
        window.openFiles(files);
    }
    [[nodiscard]] ui::CompareController* compareController() const {
        return window.compare()->controller();
    }
    [[nodiscard]] ui::ComparePane* page() const { return window.compare()->page(); }
    [[nodiscard]] const engine::CompareFrame* frame() const { return compareController()->frame(); }
    /// Everything is computed and nothing has moved the last few times this was asked.
    [[nodiscard]] bool ready() {
        const std::pair sizes{page()->charts()->size(), page()->summary()->table()->size()};
        m_still = std::exchange(m_sizes, sizes) == sizes ? m_still + 1 : 0;
        return frame() != nullptr && !frame()->loading && !frame()->refining && m_still >= 3;
    }
    [[nodiscard]] widgets::ChartPanel* chart(std::size_t column, ChartKind kind) const {
        return page()->charts()->panel(column, kind);
    }
    [[nodiscard]] QString headline() const {
        return QString::fromStdString(page()->verdict()->verdict().headline);
    }

  private:
    std::pair<QSize, QSize> m_sizes;
    int m_still = 0;
};

} // namespace

class TestCompareWindow : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    QTemporaryDir m_folder;

    [[nodiscard]] QString path(const char* name) const {
        return m_folder.filePath(QLatin1String(name));
    }
    [[nodiscard]] QStringList two() const { return {path("one"), path("two")}; }

    static QPoint at(widgets::ChartPanel* panel, double step) {
        return {static_cast<int>(std::lround(panel->geometry().toX(step))),
                static_cast<int>(panel->geometry().plot.center().y())};
    }

  private slots:
    void initTestCase();
    void severalFilesAreCompared();
    void panelsShareTheirAxes();
    void hoverAndZoomMoveAllPanels();
    void overlayShowsAllRunsTogether();
    void theDifferenceIsOfTheChosenMetric();
    void relativeStepsAreOneClickAway();
    void cosineMapsHaveTheColours();
    void configShowsWhatDiffers();
    void aDropAddsASession();
    void closingLeavesTheOthers();
    void aBadFileIsExplained();
    void otherWorldsAreSaid();
    void keysActOnTheComparison();
    void backToTheRun();
    void fiveSessionsScroll();
    void nothingIsClipped_data();
    void nothingIsClipped();
};

void TestCompareWindow::initTestCase() {
    widgets::font::load();
    widgets::applyTheme(widgets::Theme::darkTheme());
    for (unsigned seed = 1; seed <= 5; ++seed) {
        static constexpr const char* kNames[] = {"", "one", "two", "three", "four", "five"};
        RecordedRun run;
        run.steps = seed == 3 ? 50 : 60;
        run.seed = seed;
        run.name = std::string("seed ") + std::to_string(seed);
        run.write(path(kNames[seed]).toStdString());
    }
    RecordedRun small;
    small.ranks = 5;
    small.steps = 60;
    small.write(path("small").toStdString());
    QFile text(path("text"));
    QVERIFY(text.open(QIODevice::WriteOnly) && text.write("not a session") > 0);
}

void TestCompareWindow::severalFilesAreCompared() {
    Compared w(two());
    QTRY_VERIFY(w.ready());
    QVERIFY(w.window.compares() && w.page()->isVisible());
    QCOMPARE(w.window.windowTitle(), QString::fromUtf8("2 sessions \u2013 Rankscope"));
    QVERIFY(w.headline() == "No difference shown between A and B" ||
            w.headline().startsWith("B ends "));
    QVERIFY(w.page()->verdict()->verdict().detail.find("blocks of") != std::string::npos);
    QVERIFY(w.window.statusText().startsWith("2 sessions, "));
    const auto& cards = w.page()->sessions()->cards();
    QCOMPARE(cards.size(), std::size_t{2});
    QCOMPARE(cards[1]->title(), QString("B  seed 2"));
    QCOMPARE(cards[1]->detail(), QString::fromUtf8("60 steps \u00B7 8 ranks"));
    const auto& rows = w.page()->summary()->table()->rows();
    QCOMPARE(rows.size(), analysis::kRunMetrics);
    QVERIFY(rows[0].difference.find("\xC2\xB1") != std::string::npos);
    QVERIFY(w.page()->summary()->notes().startsWith("Two runs, one seed each"));
    QCOMPARE(w.page()->summary()->findings().count('\n'), 1);
}

void TestCompareWindow::panelsShareTheirAxes() {
    Compared w(two());
    QTRY_VERIFY(w.ready());
    for (const ChartKind kind : ui::kCompareCharts) {
        const auto &a = w.chart(0, kind)->geometry(), &b = w.chart(1, kind)->geometry();
        QCOMPARE(a.first, b.first);
        QCOMPARE(a.last, b.last);
        QCOMPARE(a.y.min, b.y.min);
        QCOMPARE(a.y.max, b.y.max);
        QCOMPARE(a.plot.width(), b.plot.width());
    }
    QCOMPARE(w.chart(0, ChartKind::Loss)->frame().title, std::string("A  Loss"));
    const auto inkOf = [&](std::size_t column) {
        for (const widgets::Curve& curve : w.chart(column, ChartKind::Loss)->frame().curves)
            if (curve.layer == widgets::Layer::Mean)
                return curve.ink;
        return widgets::Ink::Lost;
    };
    QCOMPARE(inkOf(0), widgets::Ink::Chosen);
    QCOMPARE(inkOf(1), widgets::Ink::Mean);
}

void TestCompareWindow::hoverAndZoomMoveAllPanels() {
    Compared w(two());
    QTRY_VERIFY(w.ready());
    auto* panel = w.chart(1, ChartKind::Loss);
    QTest::mouseMove(panel, at(panel, 20));
    QTRY_COMPARE(w.frame()->cursor, 20.0);
    QCOMPARE(w.chart(0, ChartKind::Direction)->cursor(), 20.0);
    QCOMPARE(w.page()->charts()->difference()->cursor(), 20.0);
    const double a = w.frame()->sessions[0].frame->cursor.metrics.lossMean;
    const double b = w.frame()->sessions[1].frame->cursor.metrics.lossMean;
    QCOMPARE(w.frame()->difference->atCursor, b - a);
    QTest::mousePress(panel, Qt::LeftButton, {}, at(panel, 10));
    QTest::mouseMove(panel, at(panel, 40));
    QTest::mouseRelease(panel, Qt::LeftButton, {}, at(panel, 40));
    QTRY_VERIFY(w.frame()->viewLast < 41);
    QTRY_VERIFY(w.ready());
    QCOMPARE(w.chart(0, ChartKind::Loss)->geometry().first, panel->geometry().first);
    const auto& span = w.frame()->facts->summary->span; // the summary is of what is seen
    QVERIFY(span.first >= 9 && span.first <= 11 && span.last >= 39 && span.last <= 41);
    QTest::mouseDClick(panel, Qt::LeftButton, {}, at(panel, 20));
    QTRY_COMPARE(w.frame()->viewLast, 59.0);
}

void TestCompareWindow::overlayShowsAllRunsTogether() {
    Compared w(two());
    QTRY_VERIFY(w.ready());
    QTest::mouseClick(w.page()->bar()->form()->button(true), Qt::LeftButton);
    QCOMPARE(w.page()->charts()->columns(), std::size_t{1});
    const auto& frame = w.chart(0, ChartKind::Loss)->frame();
    QCOMPARE(frame.curves.size(), std::size_t{2});
    QCOMPARE(frame.curves[1].endLabel, std::string("A")); // on top
    QCOMPARE(frame.curves[0].dash, widgets::Dash::Long);
    QVERIFY(w.page()->bar()->spread()->isVisible());
    const auto& header = w.chart(0, ChartKind::Loss)->header();
    QCOMPARE(header[1].name, std::string("A"));
    QCOMPARE(header[2].name, std::string("B"));
    QTest::mouseClick(w.page()->bar()->form()->button(false), Qt::LeftButton);
    QCOMPARE(w.page()->charts()->columns(), std::size_t{2});
}

void TestCompareWindow::theDifferenceIsOfTheChosenMetric() {
    Compared w(two());
    QTRY_VERIFY(w.ready());
    auto* difference = w.page()->charts()->difference();
    QCOMPARE(difference->frame().title, std::string("Difference B \xE2\x88\x92 A"));
    QCOMPARE(difference->frame().bands.size(), std::size_t{1});
    QVERIFY(difference->frame().note.find("by sampling alone") != std::string::npos);
    w.page()->charts()->metric()->setFocus();
    for (int i = 0; i < 4; ++i) // Mean of pairs
        QTest::keyClick(w.page()->charts()->metric(), Qt::Key_Down);
    QTRY_COMPARE(w.frame()->difference->metric, analysis::RunMetric::Cosine);
    QVERIFY(difference->frame().bands.empty()); // nothing is known of its chance
}

void TestCompareWindow::relativeStepsAreOneClickAway() {
    Compared w(two());
    QTRY_VERIFY(w.ready());
    auto* align = w.page()->bar()->align();
    align->setCurrentIndex(1);
    emit align->activated(1);
    QTRY_COMPARE(w.frame()->facts->align, analysis::AlignBy::RelativeStep);
    QTRY_VERIFY(w.page()->bar()->align()->currentIndex() == 1);
}

void TestCompareWindow::cosineMapsHaveTheColours() {
    Compared w(two());
    QTRY_VERIFY(w.ready());
    ui::CosineMaps* maps = w.page()->cosines();
    QCOMPARE(maps->maps(), std::size_t{2});
    const auto& matrix = *w.frame()->sessions[1].cosine;
    QCOMPARE(matrix.steps, 20U); // the last third
    QCOMPARE(maps->colour(1, 2, 6), widgets::CosineColors::of(true).colour(matrix.at(2, 6)));
    const QRectF area = maps->mapArea(1);
    const double cell = area.width() / 8;
    const QPointF middle = area.topLeft() + QPointF(6.5 * cell, 2.5 * cell);
    QCOMPARE(maps->grab().toImage().pixelColor(middle.toPoint()), maps->colour(1, 2, 6));
    QVERIFY(maps->describe(middle).startsWith("B, ranks 2 and 6: +"));
    QVERIFY(maps->describe({1, 1}).isEmpty());
}

void TestCompareWindow::configShowsWhatDiffers() {
    Compared w({path("one"), path("small")});
    QTRY_VERIFY(w.ready());
    auto* table = w.page()->config()->table();
    QCOMPARE(table->rowCount(), 1); // these runs send no config: only the number of ranks is known
    QCOMPARE(table->item(0, 0)->text(), QString("ranks"));
    QCOMPARE(table->item(0, 2)->text(), QString("5"));
}

void TestCompareWindow::aDropAddsASession() {
    Compared w(two());
    QTRY_VERIFY(w.ready());
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path("three"))});
    QDragEnterEvent enter({50, 200}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(w.page(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(50, 200), Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(w.page(), &drop);
    QTRY_VERIFY(w.ready() && w.frame()->sessions.size() == 3);
    QCOMPARE(w.page()->charts()->columns(), std::size_t{3});
    QCOMPARE(w.page()->sessions()->cards()[2]->title(), QString("C  seed 3"));
    QVERIFY(w.page()->bar()->other()->isVisible());                    // B or C against A
    QCOMPARE(w.frame()->facts->summary->span.last, std::uint64_t{49}); // C is the shortest
}

void TestCompareWindow::closingLeavesTheOthers() {
    Compared w({path("one"), path("two"), path("three")});
    QTRY_VERIFY(w.ready());
    QTest::mouseClick(w.page()->sessions()->cards()[0]->closing(), Qt::LeftButton);
    QTRY_VERIFY(w.ready() && w.frame()->sessions.size() == 2);
    QCOMPARE(w.page()->sessions()->cards()[0]->title(), QString("A  seed 2"));
    QTest::mouseClick(w.page()->sessions()->cards()[1]->closing(), Qt::LeftButton);
    QTRY_VERIFY(w.ready() && w.frame()->sessions.size() == 1);
    QCOMPARE(w.headline(), QString("One session: there is nothing to compare it with"));
    QTest::mouseClick(w.page()->sessions()->cards()[0]->closing(), Qt::LeftButton);
    QTRY_VERIFY(!w.window.compares());
}

void TestCompareWindow::aBadFileIsExplained() {
    Compared w({path("one"), path("text"), path("two")});
    QTRY_VERIFY(w.ready());
    QCOMPARE(w.page()->charts()->columns(), std::size_t{2});
    QVERIFY(!w.page()->sessions()->cards()[1]->detail().isEmpty());
    QCOMPARE(w.page()->verdict()->verdict().aside, std::string("1 session could not be read"));
    QCOMPARE(w.frame()->facts->sideMarks[1], std::string("C"));
    Compared none({path("text"), path("nowhere")});
    QTRY_VERIFY(none.ready());
    QVERIFY(none.page()->verdict()->verdict().kind == ui::Verdict::Kind::Failure);
}

void TestCompareWindow::otherWorldsAreSaid() {
    Compared w({path("one"), path("small")});
    QTRY_VERIFY(w.ready());
    QVERIFY(w.page()->verdict()->verdict().detail.find("A has 8 ranks, B 5") != std::string::npos);
    QVERIFY(w.page()->summary()->notes().contains("B has 5 ranks"));
}

void TestCompareWindow::keysActOnTheComparison() {
    Compared w(two());
    w.window.activateWindow();
    QTRY_VERIFY(w.ready());
    QCOMPARE(w.frame()->cursor, 59.0);
    QTest::keyClick(&w.window, Qt::Key_Left);
    QTRY_COMPARE(w.frame()->cursor, 58.0);
    QTest::keyClick(&w.window, Qt::Key_Home);
    QTRY_COMPARE(w.frame()->cursor, 0.0);
    QTest::keyClick(&w.window, Qt::Key_O);
    QVERIFY(w.compareController()->overlays());
}

void TestCompareWindow::backToTheRun() {
    Compared w(two());
    QTRY_VERIFY(w.ready());
    w.window.findChild<QAction*>(QStringLiteral("leaveComparison"))->trigger();
    QVERIFY(!w.window.compares());
    w.window.openFiles({path("one")});
    QTRY_VERIFY(w.loaded());
    QCOMPARE(w.window.windowTitle(), QString::fromUtf8("seed 1 \u2013 Rankscope"));
    QTest::keyClick(&w.window, Qt::Key_Home); // the run's keys are back
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{0});
}

void TestCompareWindow::fiveSessionsScroll() {
    Compared w({path("one"), path("two"), path("three"), path("four"), path("five")});
    QTRY_VERIFY(w.ready());
    QCOMPARE(w.page()->charts()->columns(), std::size_t{5});
    auto* last = w.chart(4, ChartKind::Loss);
    const auto room = [&] { return w.page()->charts()->width(); };
    QTRY_VERIFY(std::abs(last->width() - room() / 4) <= 4); // four fill the room
    QVERIFY(last->mapTo(w.page()->charts(), QPoint()).x() >= room() - 8);
    QCOMPARE(last->geometry().y.max, w.chart(0, ChartKind::Loss)->geometry().y.max);
}

void TestCompareWindow::nothingIsClipped_data() {
    QTest::addColumn<QSize>("size");
    QTest::newRow("1600 x 1000") << QSize(1600, 1000);
    QTest::newRow("1280 x 760") << QSize(1280, 760);
}

void TestCompareWindow::nothingIsClipped() {
    QFETCH(QSize, size);
    Compared w(two(), size);
    QTRY_VERIFY(w.ready());
    QTRY_COMPARE(w.window.size(), size);
    for (QWidget* part :
         QList<QWidget*>{w.page()->summary()->table(), w.page()->cosines(),
                         w.page()->charts()->difference(), w.page()->timeline(), w.page()->bar()}) {
        const QRect shown(part->mapTo(&w.window, QPoint()), part->size());
        QVERIFY2(w.window.rect().contains(shown), part->metaObject()->className());
        QVERIFY2(part->height() >= part->minimumSizeHint().height(),
                 qPrintable(QStringLiteral("%1: %2 < %3")
                                .arg(QLatin1String(part->metaObject()->className()))
                                .arg(part->height())
                                .arg(part->minimumSizeHint().height())));
    }
}

QTEST_MAIN(TestCompareWindow)
#include "TestCompareWindow.moc"
