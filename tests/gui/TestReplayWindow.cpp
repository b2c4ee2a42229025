// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/RecordedRuns.h"
#include "tests/gui/Window.h"

#include "app/ui/Screenshot.h"
#include "app/ui/actions/Actions.h"
#include "app/ui/panels/FormSwitch.h"
#include "app/ui/panels/HelpSheet.h"

#include <QAction>
#include <QLabel>
#include <QMenuBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace rankscope;
using support::RecordedRun;
using support::RecordedRuns;
using support::Window;
using ui::ChartKind;

class TestReplayWindow : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;
    RecordedRuns m_runs;

  private slots:
    void initTestCase();
    void showsTheRun();
    void chartsShareTheirAxis();
    void bandsAreTheMetrics();
    void normsAreOneClickAway();
    void smoothingIsNamed();
    void tabWalksThroughThePanels();
    void helpListsWhatExists();
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
}

void TestReplayWindow::showsTheRun() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
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
    w.adapter.openFile(m_runs.path("run"));
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
    w.adapter.openFile(m_runs.path("run"));
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
    w.adapter.openFile(m_runs.path("run"));
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
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    w.window.findChild<QAction*>(QStringLiteral("smooth8"))->trigger();
    QTRY_VERIFY(QString::fromStdString(w.panel(ChartKind::Loss)->frame().unit)
                    .endsWith(QLatin1String(", EMA 8, raw behind")));
}

void TestReplayWindow::tabWalksThroughThePanels() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
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

void TestReplayWindow::nonFiniteIsTheVerdict() {
    Window w;
    w.adapter.openFile(m_runs.path("nan"));
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
    run.write(m_runs.path("silent"));
    Window w;
    w.adapter.openFile(m_runs.path("silent"));
    QTRY_VERIFY(w.loaded());
    QCOMPARE(w.window.verdict()->verdict().detail,
             std::string("nothing from ranks 6 and 7 after step 9"));
    w.controller.click(15, -1);
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{15});
    QCOMPARE(w.window.run()->workers()->model()->index(7, 7).data().toString(), QString("missing"));
}

void TestReplayWindow::manyRanksAreAnEnvelope() {
    Window w;
    w.adapter.openFile(m_runs.path("many"));
    QTRY_VERIFY(w.loaded());
    QCOMPARE(w.panel(ChartKind::Loss)->frame().bands.size(), std::size_t{2});
    QCOMPARE(w.window.run()->cosines()->frame().columns.size(), std::size_t{64});
    const auto above = w.window.run()->cosines()->cells(),
               below = w.window.run()->layers()->cells();
    QCOMPARE(below.cell(0, 40).left(), above.cell(0, 40).left());
}

void TestReplayWindow::themeCanBeChanged() {
    Window w;
    w.adapter.openFile(m_runs.path("run"));
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
        w.adapter.openFile(m_runs.path(qPrintable(file)));
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
    const QString file = m_runs.file(kind);
    if (kind != QLatin1String("missing")) {
        QFile whole(QString::fromStdString(m_runs.path("run")));
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
    w.adapter.openFile(m_runs.path("run"));
    QTRY_VERIFY(w.loaded());
    const QString calm = w.headline();
    w.adapter.openFile(m_runs.path("no-such-file"));
    QTRY_VERIFY(w.controller.error());
    QVERIFY(w.headline().endsWith("there is no such file."));
    QVERIFY(w.window.showsRun());
    QCOMPARE(w.controller.source()->file, m_runs.path("run"));
    w.controller.click(20, -1); // the run answers
    QTRY_COMPARE(w.cursorStep(), std::uint64_t{20});
    QTest::keyClick(&w.window, Qt::Key_Escape);
    QCOMPARE(w.headline(), calm);
}

void TestReplayWindow::screenshotIsWritten() {
    Window w({1280, 760});
    const QString file = m_runs.file("shot.png");
    ui::Screenshot screenshot(w.window, w.controller, file, {});
    QSignalSpy finished(&screenshot, &ui::Screenshot::finished);
    w.adapter.openFile(m_runs.path("run"));
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(finished[0][0].toBool());
    QCOMPARE(QImage(file).size(), QSize(1280, 760));
}

void TestReplayWindow::screenshotOfManyRanksHasTheirMap() {
    Window w({1280, 760});
    ui::Screenshot screenshot(w.window, w.controller, m_runs.file("many.png"), {});
    QSignalSpy finished(&screenshot, &ui::Screenshot::finished);
    w.adapter.openFile(m_runs.path("many"));
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(w.controller.frame()->image !=
            nullptr); // which the window asked for after the first frame
}

QTEST_MAIN(TestReplayWindow)
#include "TestReplayWindow.moc"
