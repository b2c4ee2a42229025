// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/ChartsPane.h"
#include "tests/support/FatalMessages.h"
#include "tests/unit/ui/Frames.h"
#include "widgets/charts/ChartPanel.h"
#include "widgets/common/Theme.h"

#include <QSignalSpy>
#include <QTest>

using namespace rankscope;
using namespace rankscope::ui;
using widgets::ChartPanel;

namespace {

struct Shown {
    ChartsPane pane;
    Shown() {
        pane.resize(800, 700);
        pane.setFrame(support::frameOf(8), {});
        pane.setHeaders(support::frameOf(8), {});
        pane.show();
    }
    ChartPanel& loss() { return *pane.panel(ChartKind::Loss); }
    QPoint at(double x, double y) { // fractions of the loss plot
        const QRectF plot = loss().geometry().plot;
        return {static_cast<int>(plot.left() + x * plot.width()),
                static_cast<int>(plot.top() + y * plot.height())};
    }
};

} // namespace

class TestChartsPane : public QObject {
    Q_OBJECT
    rankscope::support::FatalMessages m_fatal;

  private slots:
    void initTestCase() {
        widgets::font::load();
        widgets::applyTheme(widgets::Theme::darkTheme());
    }

    void spaceTappedPlays() {
        Shown shown;
        QSignalSpy play(&shown.pane, &ChartsPane::playRequested);
        QVERIFY(QTest::qWaitForWindowExposed(&shown.pane));
        enter(shown);
        QTest::keyPress(&shown.pane, Qt::Key_Space);
        QCOMPARE(play.size(), 0); // it may yet become a drag
        QTest::keyRelease(&shown.pane, Qt::Key_Space);
        QCOMPARE(play.size(), 1);
    }

    void spaceHeldPans() {
        Shown shown;
        QSignalSpy play(&shown.pane, &ChartsPane::playRequested);
        QSignalSpy view(&shown.pane, &ChartsPane::viewRequested);
        QVERIFY(QTest::qWaitForWindowExposed(&shown.pane));
        enter(shown);
        QTest::keyPress(&shown.pane, Qt::Key_Space);
        QVERIFY(shown.loss().panning());
        QTest::mousePress(&shown.loss(), Qt::LeftButton, {}, shown.at(0.5, 0.5));
        QTest::mouseMove(&shown.loss(), shown.at(0.6, 0.5));
        QTest::mouseRelease(&shown.loss(), Qt::LeftButton, {}, shown.at(0.6, 0.5));
        QTest::keyRelease(&shown.pane, Qt::Key_Space);
        QVERIFY(!shown.loss().panning());
        QCOMPARE(play.size(), 0);
        QVERIFY(!view.isEmpty());
        const double span = view.last()[1].toDouble() - view.last()[0].toDouble();
        QVERIFY(std::abs(span - 11) < 1e-6); // moved, not zoomed
        QVERIFY(view.last()[0].toDouble() < -1);
    }

    void resettingOnePanelResetsAll() {
        Shown shown;
        QSignalSpy reset(&shown.pane, &ChartsPane::resetRequested);
        ChartPanel& direction = *shown.pane.panel(ChartKind::Direction);
        direction.setYRange(widgets::YRange{0, 1});
        QTest::mouseDClick(&shown.loss(), Qt::LeftButton, {}, shown.at(0.5, 0.5));
        QCOMPARE(reset.size(), 1);
        QVERIFY(!direction.yZoomed());
    }

    void readoutIsOptional() {
        Shown shown;
        QVERIFY(shown.loss().readout().empty());
        shown.pane.setReadout(true);
        QCOMPARE(shown.loss().readout().size(), std::size_t{9}); // the mean and 8 ranks
        QVERIFY(shown.pane.panel(ChartKind::LossDispersion)->readout().empty());
        shown.pane.setReadout(false);
        QVERIFY(shown.loss().readout().empty());
    }

    void panelsAreReachedByTab() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.pane));
        shown.pane.activateWindow();
        QTRY_VERIFY(shown.pane.isActiveWindow());
        shown.loss().setFocus();
        for (const ChartKind kind : {ChartKind::LossDispersion, ChartKind::Direction}) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            QCOMPARE(QApplication::focusWidget(), shown.pane.panel(kind));
        }
    }

  private:
    /// The pointer comes over the charts.
    static void enter(Shown& shown) {
        QTest::mouseMove(&shown.loss(), shown.at(0.4, 0.5));
        QTest::mouseMove(&shown.loss(), shown.at(0.5, 0.5));
        QTRY_VERIFY(shown.pane.underMouse());
    }
};

QTEST_MAIN(TestChartsPane)
#include "TestChartsPane.moc"
