// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/RunTable.h"

#include "app/analysis/StepRanges.h"
#include "tests/unit/analysis/RunEvents.h"

#include <QtTest>

#include <algorithm>
#include <random>
#include <set>

using namespace rankscope;
using namespace rankscope::analysis;
using namespace rankscope::events;
using wire::Event;

namespace {

constexpr Step kEnd{std::numeric_limits<std::uint64_t>::max()};

/// Takes events in and freezes steps behind their back; mends what comes late as a viewer does, by
/// recalling all events so far.
struct Viewer {
    RunTable table;
    std::vector<Event> soFar;

    void apply(const Event& event) {
        table.apply(event);
        soFar.push_back(event);
    }
    void mend() {
        if (const auto overtaken = table.takeOvertaken(); overtaken && !overtaken->whole) {
            table.thaw(overtaken->from, kEnd);
        }
        for (const Step step : table.takeLate()) {
            table.thaw(step, step);
        }
        table.recall(soFar);
    }
};

} // namespace

class TestFrozenSteps : public QObject {
    Q_OBJECT
  private slots:
    void stretchesAreSets() {
        std::mt19937_64 random{1};
        StepRanges ranges;
        std::set<std::uint64_t> plain;
        for (int i = 0; i < 2000; ++i) {
            const std::uint64_t first = random() % 60;
            const std::uint64_t last = first + random() % 12;
            const bool adds = random() % 2 == 0;
            adds ? ranges.add(Step{first}, Step{last}) : ranges.remove(Step{first}, Step{last});
            for (std::uint64_t step = first; step <= last; ++step) {
                adds ? (void)plain.insert(step) : (void)plain.erase(step);
            }
            for (std::uint64_t step = 0; step < 75; ++step) {
                QCOMPARE(ranges.contains(Step{step}), plain.count(step) > 0);
            }
            const auto at = plain.lower_bound(first);
            QCOMPARE(ranges.touches(Step{first}, Step{last}), at != plain.end() && *at <= last);
            QCOMPARE(ranges.empty(), plain.empty());
        }
        ranges.add(Step{5}, kEnd);
        ranges.remove(Step{100}, kEnd);
        QVERIFY(ranges.contains(Step{99}) && !ranges.contains(Step{100}));
    }

    void frozenRowsTakeNoMemory() {
        RunTable table = tableOf({hello(1, 0, 1)});
        for (std::uint64_t step = 0; step < 100000; ++step) {
            table.apply(record(1, 0, step + 1, step, 1));
            if (step % 100 == 99) {
                table.freeze(Step{step - 99}, Step{step});
                QCOMPARE(table.samplesHeld(), std::size_t{0});
            }
        }
        QCOMPARE(table.stepCount(), std::size_t{0});
        QCOMPARE(table.records(), std::uint64_t{100000});
        QVERIFY(table.takeAmended().empty());
        QVERIFY(!table.row(Step{5}) && table.isFinal(Step{5}));
    }

    void whatComesLateIsTold() {
        RunTable table = tableOf({hello(1, 0, 2), hello(2, 1, 2), record(1, 0, 1, 5, 1)});
        table.freeze(Step{0}, Step{9});
        table.apply(record(2, 1, 1, 5, 2));
        table.apply(record(2, 1, 2, 12, 2));
        QCOMPARE(table.takeLate(), std::vector<Step>{Step{5}});
        QVERIFY(table.takeLate().empty());
        QCOMPARE(table.records(), std::uint64_t{3});
        table.thaw(Step{5}, Step{5});
        table.recall(std::vector<Event>{record(1, 0, 1, 5, 1), record(2, 1, 1, 5, 2)});
        QCOMPARE(table.row(Step{5})->samples.size(), std::size_t{2});
        QCOMPARE(table.records(), std::uint64_t{3});
    }

    void aRestartTakesFrozenGround() {
        RunTable table = tableOf({hello(1, 0, 1, 0)});
        for (std::uint64_t step = 0; step < 50; ++step) {
            table.apply(record(1, 0, step + 1, step, 1));
        }
        table.freeze(Step{0}, Step{39});
        table.apply(hello(2, 0, 1, 1));
        table.apply(record(2, 0, 1, 20, 2));
        const auto overtaken = table.takeOvertaken();
        QVERIFY(overtaken && overtaken->whole);
        QCOMPARE(overtaken->from, Step{20});
        QVERIFY(table.isFrozen(Step{19}) && !table.isFrozen(Step{20}));
        QCOMPARE(table.row(Step{20})->generation, 1U);
        QCOMPARE(table.lastStep(), std::optional{Step{20}});
        table.apply(record(1, 0, 51, 45, 1)); // of no more interest
        QVERIFY(!table.row(Step{45}));
    }

    void frozenAndMendedItIsThePlainTable() {
        std::mt19937_64 random{7};
        for (int run = 0; run < 40; ++run) {
            std::vector<Event> events = eventfulRun(random);
            const std::string expected = fingerprint(tableOf(events));
            for (std::size_t i = 0; i < events.size() / 4; ++i) {
                events.push_back(events[random() % events.size()]); // sent twice
            }
            if (run % 2 == 0) {
                std::shuffle(events.begin(), events.end(), random);
            }
            Viewer viewer;
            for (const Event& event : events) {
                viewer.apply(event);
                if (random() % 30 == 0) {
                    viewer.mend();
                    const std::uint64_t first = random() % 60;
                    viewer.table.freeze(Step{first}, Step{first + random() % 20});
                }
            }
            viewer.mend();
            for (std::uint64_t first = 0; first < 60; first += 7) { // rows without holding them
                const auto rows = viewer.table.rowsFrom(Step{first}, Step{first + 6}, viewer.soFar);
                viewer.table.thaw(Step{first}, Step{first + 6});
                viewer.table.recall(viewer.soFar);
                std::size_t at = 0;
                for (std::uint64_t step = first; step < first + 7; ++step) {
                    const auto row = viewer.table.row(Step{step});
                    QVERIFY(!row || (at < rows.size() && rows[at].step == row->step &&
                                     rows[at].generation == row->generation &&
                                     rows[at].world == row->world));
                    for (std::size_t i = 0; row && i < row->samples.size(); ++i) {
                        QCOMPARE(rows[at].samples.at(i).seq, row->samples[i].seq);
                        QCOMPARE(rows[at].samples.at(i).incarnation, row->samples[i].incarnation);
                    }
                    at += row ? 1 : 0;
                }
                QCOMPARE(at, rows.size());
            }
            viewer.table.thaw(Step{0}, kEnd);
            viewer.table.recall(viewer.soFar);
            QCOMPARE(fingerprint(viewer.table), expected);
        }
    }
};

QTEST_APPLESS_MAIN(TestFrozenSteps)
#include "TestFrozenSteps.moc"
