// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frames/RunPulse.h"

#include "tests/support/Streams.h"

#include <QtTest>

using namespace rankscope;
using engine::RunPulse;
using std::chrono::seconds;

class TestRunPulse : public QObject {
    Q_OBJECT
    const RunPulse::Clock::time_point m_start = RunPulse::Clock::now();

  private slots:
    void paceIsTheMedianOfTheRanksOwnTimes() {
        support::StreamOptions options;
        options.stepSeconds = 0.25;
        RunPulse pulse;
        QCOMPARE(pulse.medianStepSeconds(), 0.0);
        pulse.hear(support::streamOf(options), m_start);
        QVERIFY(std::abs(pulse.medianStepSeconds() - 0.25) < 1e-9);
    }

    void aRankIsDeadAfterFifteenSeconds() {
        RunPulse pulse;
        pulse.hear(std::vector<wire::Event>{support::helloOf({}, 2)}, m_start);
        QVERIFY(pulse.isLive(RankId{2}, m_start + seconds(14)));
        QVERIFY(!pulse.isLive(RankId{2}, m_start + seconds(16)));
        QVERIFY(!pulse.isLive(RankId{1}, m_start));
    }

    void historyIsNoNews() {
        support::StreamOptions options;
        options.steps = 5;
        RunPulse pulse;
        pulse.hear(support::streamOf(options), m_start);
        pulse.heardBy(m_start - seconds(25));
        QCOMPARE(pulse.secondsSinceRecord(m_start), 25.0);
        QVERIFY(pulse.isStale(m_start) && !pulse.isLive(RankId{1}, m_start));
        pulse.hear(support::streamOf(options), m_start + seconds(1));
        pulse.heardBy(m_start + seconds(2));
        QCOMPARE(pulse.secondsSinceRecord(m_start + seconds(3)), 2.0);
        QVERIFY(pulse.isLive(RankId{1}, m_start + seconds(3)));
    }

    void staleFollowsTheRunsOwnPace() {
        support::StreamOptions options;
        options.steps = 5;
        RunPulse fast;
        fast.hear(support::streamOf(options), m_start);
        QVERIFY(!fast.isStale(m_start + seconds(9)));
        QVERIFY(fast.isStale(m_start + seconds(11)));
        options.stepSeconds = 8; // five steps of 8 s
        RunPulse slow;
        slow.hear(support::streamOf(options), m_start);
        QVERIFY(!slow.isStale(m_start + seconds(39)));
        QVERIFY(slow.isStale(m_start + seconds(41)));
        options.stepSeconds = 1000; // but two minutes at most
        RunPulse crawling;
        crawling.hear(support::streamOf(options), m_start);
        QVERIFY(crawling.isStale(m_start + seconds(121)));
        QCOMPARE(crawling.secondsSinceRecord(m_start + seconds(7)), 7.0);
        QVERIFY(!RunPulse{}.isStale(m_start));
    }
};

QTEST_APPLESS_MAIN(TestRunPulse)
#include "TestRunPulse.moc"
