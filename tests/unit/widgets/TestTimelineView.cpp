// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FatalMessages.h"
#include "widgets/common/Theme.h"
#include "widgets/timeline/TimelineView.h"

#include <QSignalSpy>
#include <QTest>
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
        font::load();
        applyTheme(Theme::darkTheme());
    }

    void dragScrubs() {
        TimelineView view;
        view.resize(800, 80);
        view.setFrame(frame());
        view.show();
        QSignalSpy scrubbed(&view, &TimelineView::scrubbed);
        QTest::mousePress(&view, Qt::LeftButton, {}, at(view, 60));
        QTest::mouseMove(&view, at(view, 30));
        QTest::mouseRelease(&view, Qt::LeftButton, {}, at(view, 30));
        QVERIFY(scrubbed.size() >= 2);
        QVERIFY(std::abs(scrubbed.first()[0].toDouble() - 60) < 0.2);
        QVERIFY(std::abs(scrubbed.last()[0].toDouble() - 30) < 0.2);
        QTest::mouseMove(&view, at(view, 70));
        QVERIFY(std::abs(scrubbed.last()[0].toDouble() - 30) < 0.2); // released
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
