// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FatalMessages.h"
#include "widgets/common/Theme.h"
#include "widgets/timeline/TimelinePaint.h"
#include "widgets/timeline/TimelineView.h"

#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <array>
#include <cmath>

using namespace rankscope::widgets;

class TestTimelineView : public QObject {
    Q_OBJECT
    rankscope::support::FatalMessages m_fatal;

    static TimelineFrame frame() {
        TimelineFrame frame;
        frame.last = 100;
        frame.viewFirst = 20;
        frame.viewLast = 80;
        for (int step = 0; step <= 100; ++step) {
            frame.x.push_back(step);
            frame.y.push_back(step == 40 ? std::nan("") : std::sin(step));
        }
        frame.cursor = 50;
        return frame;
    }

    static QPoint at(const TimelineView& view, double step) {
        return {static_cast<int>(std::lround(view.toX(step))), 30};
    }

  private slots:
    void initTestCase() {
        rankscope::support::FatalMessages::install();
        font::load();
        applyTheme(Theme::darkTheme());
    }

    void dragOutsideTheViewScrubs() {
        TimelineView view;
        view.resize(800, 80);
        view.setFrame(frame());
        view.show();
        QSignalSpy scrubbed(&view, &TimelineView::scrubbed);
        QSignalSpy requested(&view, &TimelineView::viewRequested);
        QTest::mousePress(&view, Qt::LeftButton, {}, at(view, 90));
        QTest::mouseMove(&view, at(view, 30));
        QTest::mouseRelease(&view, Qt::LeftButton, {}, at(view, 30));
        QVERIFY(scrubbed.size() >= 2);
        QVERIFY(std::abs(scrubbed.first()[0].toDouble() - 90) < 0.2);
        QVERIFY(std::abs(scrubbed.last()[0].toDouble() - 30) < 0.2);
        QTest::mouseMove(&view, at(view, 70));
        QVERIFY(std::abs(scrubbed.last()[0].toDouble() - 30) < 0.2); // released
        QTest::mousePress(&view, Qt::LeftButton, {}, at(view, 50));  // the cursor, in the view
        QTest::mouseMove(&view, at(view, 60));
        QVERIFY(std::abs(scrubbed.last()[0].toDouble() - 60) < 0.2);
        QCOMPARE(requested.size(), 0);
    }

    void dragInTheViewPansIt() {
        TimelineView view;
        view.resize(800, 80);
        view.setFrame(frame());
        view.show();
        QSignalSpy scrubbed(&view, &TimelineView::scrubbed);
        QSignalSpy requested(&view, &TimelineView::viewRequested);
        QTest::mousePress(&view, Qt::LeftButton, {}, at(view, 30));
        QTest::mouseMove(&view, at(view, 25));
        QVERIFY(std::abs(requested.last()[0].toDouble() - 15) < 0.2);
        QVERIFY(std::abs(requested.last()[1].toDouble() - 75) < 0.2);
        QTest::mouseMove(&view, at(view, 99)); // no further than the run
        QTest::mouseRelease(&view, Qt::LeftButton, {}, at(view, 99));
        QCOMPARE(requested.last()[0].toDouble(), 40.0);
        QCOMPARE(requested.last()[1].toDouble(), 100.0);
        QCOMPARE(scrubbed.size(), 0);
        QTest::mouseClick(&view, Qt::LeftButton, {}, at(view, 30)); // without a drag: the cursor
        QCOMPARE(scrubbed.size(), 1);
        QVERIFY(std::abs(scrubbed[0][0].toDouble() - 30) < 0.2);
    }

    void wheelZoomsAtThePointer() {
        TimelineView view;
        view.resize(800, 80);
        view.setFrame(frame());
        view.show();
        QSignalSpy requested(&view, &TimelineView::viewRequested);
        const QPointF point = at(view, 50);
        QWheelEvent wheel(point, view.mapToGlobal(point), {}, {0, 120}, Qt::NoButton, {},
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&view, &wheel);
        QCOMPARE(requested.size(), 1);
        const double first = requested[0][0].toDouble(), last = requested[0][1].toDouble();
        QVERIFY(std::abs(last - first - 48) < 1e-9);
        QVERIFY(std::abs(first - 26) < 0.2);
    }

    void handlesMoveTheView() {
        TimelineView view;
        view.resize(800, 80);
        view.setFrame(frame());
        view.show();
        QSignalSpy requested(&view, &TimelineView::viewRequested);
        QTest::mousePress(&view, Qt::LeftButton, {}, at(view, 20));
        QTest::mouseMove(&view, at(view, 35));
        QCOMPARE(requested.size(), 1);
        QVERIFY(std::abs(requested[0][0].toDouble() - 35) < 0.2);
        QCOMPARE(requested[0][1].toDouble(), 80.0);
    }

    void findingsHaveLanes() {
        TimelineFrame run = frame();
        const auto add = [&](double first, std::optional<double> last, FindingShape shape,
                             const char* label) {
            run.findings.push_back({first, last, label, shape, -1});
        };
        add(60, std::nullopt, FindingShape::Persistent, "rank 5");
        add(40, 70, FindingShape::Group, "24\u201331");
        add(56, 56, FindingShape::Transient, "rank 4");
        add(30, std::nullopt, FindingShape::Persistent, "rank 1");
        add(10, std::nullopt, FindingShape::Persistent, "rank 2");
        TimelineView view;
        view.resize(800, 80);
        view.setFrame(run);
        const TimelineGeometry geometry = view.geometryOfRun();
        QCOMPARE(geometry.lanes(), (std::vector<std::size_t>{0, 1, 3}));
        QCOMPARE(geometry.hiddenLanes(), std::size_t{1});
        QCOMPARE(geometry.bar(0).right(), geometry.toX(100));
        QCOMPARE(geometry.bar(1).left(), geometry.toX(40));
        QVERIFY(geometry.strip().height() >= 22);
        const QImage image = view.grab().toImage();
        const QColor departed = Theme::darkTheme().departed;
        const auto colour = [&](double step, double y) {
            return image.pixelColor(QPointF(geometry.toX(step), y).toPoint());
        };
        QCOMPARE(colour(80, geometry.bar(0).center().y()), departed);
        QCOMPARE(colour(45, geometry.bar(1).top() + 1), departed);     // two bars ...
        QVERIFY(colour(45, geometry.bar(1).center().y()) != departed); // ... and a gap
        QCOMPARE(markText(run, geometry, geometry.bar(1).center()),
                 QString::fromUtf8("24\u201331"));
        QCOMPARE(markText(run, geometry, {geometry.toX(56), 15}), QString("rank 4"));
        run.hidden.insert(Layer::Findings);
        QVERIFY(TimelineGeometry(run, {800, 80}).lanes().empty());
        QVERIFY(!markText(run, TimelineGeometry(run, {800, 80}), {geometry.toX(56), 15}));
    }

    void layersCanBeHidden() {
        TimelineFrame run = frame();
        run.gaps.push_back({10, 18, "emitter queue full"});
        run.notes.push_back({70, "new learning rate", 0});
        TimelineView view;
        view.resize(800, 80);
        const auto marks = [&] {
            view.setFrame(run);
            const QImage image = view.grab().toImage();
            std::array<int, 2> count{};
            const auto ground = Theme::darkTheme().window;
            for (int x = at(view, 11).x(); x < at(view, 17).x(); ++x)
                count[0] += image.pixelColor(x, 12) != ground ? 1 : 0;
            count[1] = image.pixelColor(at(view, 70).x(), 12) == Theme::darkTheme().chosen ? 1 : 0;
            return count;
        };
        const auto seen = marks();
        QVERIFY(seen[0] > 5);
        QCOMPARE(seen[1], 1);
        QCOMPARE(markText(run, view.geometryOfRun(), at(view, 70)), QString("new learning rate"));
        run.hidden = {Layer::Gaps, Layer::Notes};
        QCOMPARE(marks(), (std::array<int, 2>{0, 0}));
    }

    void focusIsSeen() {
        TimelineView view;
        view.resize(800, 80);
        view.setFrame(frame());
        view.show();
        QVERIFY(QTest::qWaitForWindowActive(&view));
        view.setFocus(Qt::TabFocusReason);
        QCOMPARE(view.grab().toImage().pixelColor(0, 40), Theme::darkTheme().chosen);
    }

    void showsTheCursor() {
        TimelineView view;
        view.resize(800, 80);
        view.setFrame(frame());
        const QImage image = view.grab().toImage();
        QCOMPARE(image.pixelColor(static_cast<int>(view.toX(50)), 7), Theme::darkTheme().mean);
    }
};

QTEST_MAIN(TestTimelineView)
#include "TestTimelineView.moc"
