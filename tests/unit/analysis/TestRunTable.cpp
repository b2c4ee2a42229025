// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/RunTable.h"

#include "app/analysis/StepMeasures.h"
#include "tests/unit/analysis/Reference.h"
#include "tests/unit/analysis/RunEvents.h"

#include <QtTest>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

using namespace rankscope;
using namespace rankscope::analysis;
using namespace rankscope::events;
using wire::Event;

class TestRunTable : public QObject {
    Q_OBJECT
  private slots:
    /// The others' sum is the small difference of large sums when one rank is far off.
    void layerGroupsAreExactBesideAHugeGradient() {
        constexpr std::uint32_t kWorld = 8;
        std::mt19937_64 random{3};
        std::normal_distribution<double> normal;
        reference::Gradients g(kWorld, reference::Vector(50));
        for (std::uint32_t rank = 0; rank < kWorld; ++rank) {
            for (double& x : g[rank]) {
                x = normal(random) * (rank == 2 ? 1000 : 1);
            }
        }
        const auto mean = reference::mean(g);
        RunTable table;
        for (std::uint32_t rank = 0; rank < kWorld; ++rank) {
            table.apply(hello(1 + rank, rank, kWorld));
            wire::StepRecord r = record(1 + rank, rank, 1, 0, 1);
            r.nonFinite = 0;
            r.groups = {{reference::dot(g[rank], g[rank]), reference::dot(mean, mean),
                         reference::dot(g[rank], mean)}};
            table.apply(r);
        }
        const StepMeasures got = measure(*table.row(Step{0}));
        for (std::uint32_t rank = 0; rank < kWorld; ++rank) {
            const double exact = reference::cosine(g[rank], reference::mean(g, rank));
            QVERIFY(std::abs(got.ranks[rank].groupLoo.at(0) - exact) < 1e-6);
        }
    }

    void arrivalOrderDoesNotMatter() {
        std::mt19937_64 random{42};
        for (int run = 0; run < 5; ++run) {
            std::vector<Event> events = eventfulRun(random);
            const std::string expected = fingerprint(tableOf(events));
            QVERIFY(!expected.empty());
            for (int round = 0; round < 20; ++round) {
                std::vector<Event> shuffled = events;
                for (std::size_t i = 0; i < events.size() / 4; ++i) {
                    shuffled.push_back(events[random() % events.size()]); // sent twice
                }
                std::shuffle(shuffled.begin(), shuffled.end(), random);
                QCOMPARE(fingerprint(tableOf(shuffled)), expected);
            }
        }
    }

    void theNewestGenerationHasTheWholeRow() {
        const RunTable table =
            tableOf({hello(1, 0, 2, 0), hello(2, 1, 2, 0), record(1, 0, 1, 5, 1),
                     record(2, 1, 1, 5, 2), hello(3, 0, 2, 1), record(3, 0, 1, 5, 9)});
        const StepRow row = *table.row(Step{5});
        QCOMPARE(row.generation, 1U);
        QCOMPARE(row.samples.size(), std::size_t{1});
        QCOMPARE(row.samples[0].loss, 9.0);
    }

    void aLaterProcessOfTheSameRankWinsEvenWithLowerNumbers() {
        std::vector<Event> records{record(900, 0, 50, 5, 1), record(3, 0, 1, 5, 2)};
        for (int i = 0; i < 2; ++i) {
            std::vector<Event> events{hello(900, 0, 1), hello(3, 0, 1)};
            events.insert(events.end(), records.begin(), records.end());
            QCOMPARE(tableOf(events).row(Step{5})->samples.at(0).loss, 2.0);
            std::reverse(records.begin(), records.end());
        }
    }

    void aRelaunchWithAnotherWorldIsAWorldOfItsOwn() {
        // The job is started again by hand, with two ranks in place of three: generation 0 as
        // before.
        const RunTable table =
            tableOf({hello(1, 0, 3), hello(2, 1, 3), hello(3, 2, 3), record(1, 0, 1, 5, 1),
                     record(2, 1, 1, 5, 2), record(3, 2, 1, 5, 3), record(1, 0, 2, 6, 1),
                     hello(4, 0, 2), record(4, 0, 1, 5, 9)});
        QCOMPARE(table.row(Step{5})->world, 2U); // the divisor of its mean gradient
        QCOMPARE(table.row(Step{5})->samples.size(), std::size_t{1});
        QVERIFY(!table.row(Step{6})); // of the attempt that was given up
        QCOMPARE(table.launches().size(), std::size_t{2});
        QCOMPARE(table.launches()[1].firstStep, std::optional{Step{5}});
        QCOMPARE(table.workers(0, 3).size(), std::size_t{3});
        QVERIFY(!table.workers(0, 2)[0].conflict);
    }

    /// A job that dies at step 9 and goes on from a checkpoint of step 4, twice.
    void aRestartTakesOverFromItsFirstStep() {
        std::vector<Event> events{hello(1, 0, 1, 0), hello(2, 0, 1, 1), hello(3, 0, 1, 2)};
        const auto attempt = [&](std::uint64_t id, std::uint64_t first, std::uint64_t last) {
            for (std::uint64_t step = first; step <= last; ++step) {
                events.push_back(record(id, 0, step - first + 1, step, static_cast<double>(id)));
            }
        };
        attempt(1, 0, 9);
        attempt(2, 6, 7);
        attempt(3, 4, 5);
        std::mt19937_64 random{5};
        for (int round = 0; round < 20; ++round) {
            const RunTable table = tableOf(events);
            std::string losses;
            table.forEachStep([&](Step step) {
                losses += std::to_string(step.value()) + ":" +
                          std::to_string(std::lround(table.row(step)->samples.at(0).loss)) + ' ';
            });
            QCOMPARE(losses, std::string("0:1 1:1 2:1 3:1 4:3 5:3 "));
            QCOMPARE(table.stepCount(), std::size_t{6});
            QCOMPARE(table.lastStep(), std::optional{Step{5}});
            QCOMPARE(table.newestFinalStep(), std::optional{Step{5}});
            QCOMPARE(table.launches().at(0).lastStep, std::optional{Step{9}});
            QCOMPARE(table.launches().at(1).firstStep, std::optional{Step{6}});
            QCOMPARE(table.records(), std::uint64_t{14});
            std::shuffle(events.begin(), events.end(), random);
        }
    }

    void overtakenStepsAreAmended() {
        RunTable table = tableOf({hello(1, 0, 1, 0), record(1, 0, 1, 7, 1), record(1, 0, 2, 8, 1)});
        QCOMPARE(table.takeAmended().size(), std::size_t{2});
        table.apply(hello(2, 0, 1, 1));
        table.apply(record(2, 0, 1, 5, 2));
        auto amended = table.takeAmended();
        std::sort(amended.begin(), amended.end());
        QCOMPARE(amended, (std::vector{Step{5}, Step{7}, Step{8}}));
    }

    void twoLiveClaimantsAreAConflict() {
        RunTable table = tableOf({hello(1, 0, 1), record(1, 0, 1, 0, 1), hello(2, 0, 1)});
        QVERIFY(!table.workers(0, 1).at(0).conflict); // a restart looks like this
        table.apply(record(2, 0, 1, 1, 2));
        QVERIFY(!table.workers(0, 1).at(0).conflict);
        table.apply(record(1, 0, 2, 1, 3)); // but the old one still talks
        QVERIFY(table.workers(0, 1).at(0).conflict);
        QCOMPARE(table.row(Step{1})->samples.at(0).loss, 2.0);
    }

    void finality() {
        RunTable table =
            tableOf({hello(1, 0, 3), hello(2, 1, 3), record(1, 0, 1, 0, 1), record(2, 1, 1, 0, 1)});
        QVERIFY(!table.isFinal(Step{0})); // rank 2 has not even called
        table.apply(hello(3, 2, 3));
        QVERIFY(!table.isFinal(Step{0}));
        QVERIFY(table.isFinal(Step{0}, [](RankId rank) { return rank == RankId{2}; }));
        table.apply(record(3, 2, 2, 1, 1)); // its record of step 0 was lost, or is still to come
        QVERIFY(table.isFinal(Step{0}));
        QVERIFY(!table.isFinal(Step{1}));
        table.apply(bye(1, 0, 1));
        QVERIFY(!table.isFinal(Step{1}));
        table.apply(hello(4, 0, 3, 1)); // the next launch: nobody of the old one comes back
        QVERIFY(table.isFinal(Step{1}));
        QCOMPARE(table.newestFinalStep(), std::optional{Step{1}});
    }

    void lostStepsLieBetweenTheirNeighbours() {
        RunTable table = tableOf({hello(1, 0, 1), record(1, 0, 1, 0, 1), record(1, 0, 2, 1, 1),
                                  gap(1, 0, 3, 5), gap(1, 0, 3, 5), record(1, 0, 6, 5, 1)});
        QCOMPARE(table.lost(), std::uint64_t{3});
        QCOMPARE(table.lostSteps().size(), std::size_t{1});
        QCOMPARE(table.lostSteps()[0].first, std::uint64_t{2});
        QCOMPARE(table.lostSteps()[0].last, std::uint64_t{4});
        table.apply(gap(1, 0, 7, 8)); // at the end
        QCOMPARE(table.lostSteps()[1].first, std::uint64_t{6});
        QCOMPARE(table.lostSteps()[1].last, std::uint64_t{7});
    }

    void amendedStepsAreToldOnce() {
        RunTable table = tableOf({hello(1, 0, 1), record(1, 0, 1, 0, 1), record(1, 0, 2, 0, 2)});
        QCOMPARE(table.takeAmended(), std::vector<Step>{Step{0}});
        QVERIFY(table.takeAmended().empty());
        table.apply(record(1, 0, 2, 0, 2)); // a duplicate changes nothing
        QVERIFY(table.takeAmended().empty());
        table.apply(record(1, 0, 3, 0, 3));
        QCOMPARE(table.takeAmended().size(), std::size_t{1});
    }

    void aMeasuredNanOfAnyPayloadStaysMeasured() {
        wire::StepRecord r = record(1, 0, 1, 0, undefined());
        r.weight.reset();
        const RunTable table = tableOf({hello(1, 0, 1), r});
        const RankSample sample = table.row(Step{0})->samples.at(0);
        QVERIFY(std::isnan(sample.loss) && !isUndefined(sample.loss));
        QVERIFY(isUndefined(sample.weight));
    }

    void farApartStepsCostNoMemory() {
        RunTable table = tableOf({hello(1, 0, wire::limits::kWorld)});
        for (std::uint64_t i = 0; i < 50000; ++i) {
            table.apply(record(1, 0, i + 1, i * 0x9E3779B97F4A7C15ULL, 1));
        }
        QCOMPARE(table.stepCount(), std::size_t{50000});
    }
};

QTEST_APPLESS_MAIN(TestRunTable)
#include "TestRunTable.moc"
