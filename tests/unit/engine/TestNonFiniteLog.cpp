// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/NonFiniteLog.h"

#include <QtTest>

#include <iterator>
#include <limits>
#include <map>
#include <random>

using namespace rankscope;

namespace {

analysis::RankMetrics rankWith(std::uint32_t rank, double loss, std::uint64_t nonFinite = 0) {
    analysis::RankMetrics metrics;
    metrics.rank = RankId{rank};
    metrics.loss = loss;
    metrics.nonFinite = nonFinite;
    return metrics;
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kAll = std::numeric_limits<double>::max();

} // namespace

class TestNonFiniteLog : public QObject {
    Q_OBJECT

  private slots:
    void namesTheRankAndTheStep() {
        engine::NonFiniteLog log;
        log.enter(7, std::vector{rankWith(0, 1), rankWith(5, 1, 3)});
        log.enter(8, std::vector{rankWith(0, kNan), rankWith(5, 1, 2)});
        const auto found = log.upTo(kAll);
        QCOMPARE(found.size(), std::size_t{2});
        QCOMPARE(found[0].rank, RankId{5});
        QCOMPARE(found[0].first, Step{7});
        QCOMPARE(found[0].steps, std::uint64_t{2});
        QVERIFY(found[0].gradient);
        QCOMPARE(found[1].rank, RankId{0});
        QVERIFY(!found[1].gradient);
    }

    void notMeasuredIsNotNan() {
        engine::NonFiniteLog log;
        log.enter(1, std::vector{rankWith(0, analysis::undefined())});
        QVERIFY(log.upTo(kAll).empty());
    }

    void laterStepsAreHiddenByThePlayhead() {
        engine::NonFiniteLog log;
        log.enter(4, std::vector{rankWith(1, kNan)});
        log.enter(9, std::vector{rankWith(1, kNan)});
        QVERIFY(log.upTo(3).empty());
        QCOMPARE(log.upTo(4).front().steps, std::uint64_t{1});
        QCOMPARE(log.upTo(9).front().steps, std::uint64_t{2});
    }

    void anotherAttemptTakesThePlaceOfTheFirst() {
        engine::NonFiniteLog log;
        log.enter(4, std::vector{rankWith(1, kNan)});
        log.enter(5, std::vector{rankWith(1, kNan)});
        log.enter(4, std::vector{rankWith(1, 2.0)});
        QCOMPARE(log.upTo(kAll).front().first, Step{5});
        log.enter(3, std::vector{rankWith(1, kNan)}); // late
        QCOMPARE(log.upTo(kAll).front().first, Step{3});
        QCOMPARE(log.upTo(kAll).front().steps, std::uint64_t{2});
    }

    void inAnyOrderAsAPlainMap() {
        engine::NonFiniteLog log;
        std::map<std::uint64_t, bool> plain; // of rank 1: step, whether the gradient was
        std::mt19937_64 random{3};
        for (int i = 0; i < 5000; ++i) {
            const std::uint64_t step = random() % 60;
            const bool bad = random() % 4 != 0;
            const bool gradient = random() % 5 == 0;
            log.enter(step, std::vector{rankWith(0, 1), rankWith(1, bad ? kNan : 1, gradient)});
            plain.erase(step);
            if (bad || gradient) {
                plain[step] = gradient;
            }
            const std::uint64_t end = random() % 60;
            const auto found = log.upTo(static_cast<double>(end));
            const auto behind = plain.upper_bound(end);
            QCOMPARE(found.empty(), behind == plain.begin());
            if (!found.empty()) {
                QCOMPARE(found.front().first.value(), plain.begin()->first);
                QCOMPARE(found.front().gradient, plain.begin()->second);
                QCOMPARE(found.front().steps,
                         static_cast<std::uint64_t>(std::distance(plain.begin(), behind)));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestNonFiniteLog)
#include "TestNonFiniteLog.moc"
