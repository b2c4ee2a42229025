// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/RunComparison.h"
#include "app/analysis/StudentT.h"

#include <QtTest>

#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace rankscope::analysis;
using rankscope::RankId;
using rankscope::Step;

namespace {

/// Four ranks; every metric follows from `value` and the rank.
StepMeasures measuresAt(std::uint64_t step, double value) {
    StepMeasures measures;
    StepMetrics& m = measures.step;
    m.step = Step{step};
    m.workers = m.expected = 4;
    m.lossMean = value;
    m.lossStd = 0.2;
    m.gradNormMean = 2 * value;
    m.gradNormStd = 0.4;
    m.gradNormCv = 0.1;
    m.cosineMean = 0.3;
    for (std::uint32_t rank = 0; rank < 4; ++rank) {
        RankMetrics r;
        r.rank = RankId{rank};
        r.weight = 100 + rank;
        r.cosineLoo = 0.5 - 0.1 * rank;
        measures.ranks.push_back(r);
    }
    return measures;
}

ComparedRun runOf(std::uint64_t first, std::uint64_t steps, std::string config,
                  const std::function<double(std::uint64_t)>& value) {
    ComparedRun run;
    run.config = {std::move(config), 4};
    for (std::uint64_t step = first; step < first + steps; ++step) {
        run.series.enter(measuresAt(step, value(step)));
    }
    return run;
}

/// Owns the runs that it compares.
struct Comparison {
    std::vector<ComparedRun> runs;
    ComparedRuns all;

    explicit Comparison(std::vector<ComparedRun> some, AlignBy by = AlignBy::Step)
        : runs(std::move(some)) {
        std::vector<const ComparedRun*> pointers;
        for (const ComparedRun& run : runs) {
            pointers.push_back(&run);
        }
        all = compared(std::move(pointers), by);
    }
    [[nodiscard]] RunSummary summary(std::size_t base = 0) const {
        return summarize(all, base, lastThird(all.alignment).value());
    }
};

std::vector<Side> sidesOf(const std::vector<RunConfig>& configs) {
    std::vector<ComparedRun> runs;
    for (const RunConfig& config : configs) {
        runs.push_back({{}, config});
    }
    return Comparison(std::move(runs)).all.sides;
}

std::string config(const char* lr, int seed) {
    return R"({"name": "run )" + std::to_string(seed) + R"(", "optimizer": {"lr": )" + lr +
           R"(, "betas": [0.9, 0.99]}, "seed": )" + std::to_string(seed) + "}";
}

double wave(std::uint64_t step) {
    return 0.01 * std::sin(2.4 * static_cast<double>(step));
}

} // namespace

class TestRunComparison : public QObject {
    Q_OBJECT
  private slots:
    void seriesTakeWhatWasMeasured() {
        RunSeries series;
        series.enter(measuresAt(5, 2.5));
        series.enter(measuresAt(3, 1.0)); // late
        series.enter(measuresAt(5, 3.0)); // amended
        QCOMPARE(series.steps(), (std::vector<std::uint64_t>{3, 5}));
        QCOMPARE(series[RunMetric::Loss], (std::vector<double>{1, 3}));
        QCOMPARE(series[RunMetric::GradNorm][1], 6.0);
        QCOMPARE(series[RunMetric::LowestLoo][0], 0.5 - 0.1 * 3);
        QCOMPARE(series[RunMetric::Weight][0], 406.0);
        QCOMPARE(series.error(RunMetric::Loss)[0], 0.1); // .2 / sqrt(4)
        QCOMPARE(series.error(RunMetric::GradNorm)[0], 0.2);
        QVERIFY(series.error(RunMetric::Cosine).empty());
    }

    void weightNeedsEveryRank() {
        StepMeasures measures = measuresAt(0, 1);
        measures.ranks[2].weight = undefined();
        RunSeries series;
        series.enter(measures);
        QVERIFY(isUndefined(series[RunMetric::Weight][0]));
    }

    void configsDifferFirst() {
        const std::vector<RunConfig> runs{
            {R"({"batch": 8, "optimizer": {"lr": 3e-4, "name": "adam"}, "seed": 0})", 8},
            {R"({"batch": 8, "optimizer": {"lr": 1e-3, "name": "adam"}, "seed": 0, "clip": null})",
             5}};
        const auto table = configTable(runs);
        QStringList keys;
        for (const ConfigRow& row : table) {
            keys << QString::fromStdString(row.key) + (row.differs ? "!" : "");
        }
        QCOMPARE(keys, (QStringList{"optimizer.lr!", "ranks!", "clip!", "batch", "optimizer.name",
                                    "seed"}));
        QCOMPARE(*table[0].values[0], std::string("0.0003"));
        QCOMPARE(*table[0].values[1], std::string("0.001"));
        QVERIFY(!table[2].values[0]);
        QCOMPARE(*table[2].values[1], std::string("null"));
        QCOMPARE(table[5].role, ConfigRow::Role::Seed);
    }

    void brokenConfigsAreNone() {
        const std::vector<RunConfig> runs{{"{\"a\": ", 2}, {"[1]", 2}, {"", 2}};
        const auto table = configTable(runs);
        QCOMPARE(table.size(), std::size_t{1}); // the number of ranks
        QVERIFY(!table[0].differs);
        QCOMPARE(settingsOf(runs, table).size(), std::size_t{3});
    }

    void seedsOfASettingAreOneSide() {
        const std::vector<RunConfig> runs{{config("0.1", 0), 8},
                                          {config("0.2", 0), 8},
                                          {config("0.1", 1), 8},
                                          {config("0.2", 1), 8}};
        const auto sides = sidesOf(runs);
        QCOMPARE(sides.size(), std::size_t{2});
        QCOMPARE(sides[0].runs, (std::vector<std::size_t>{0, 2}));
        QCOMPARE(sides[0].seeds, (std::vector<std::string>{"0", "1"}));
        QCOMPARE(sides[1].runs, (std::vector<std::size_t>{1, 3}));
        QCOMPARE(testBetween(sides[0], sides[1]), TestKind::PairedSeeds);
    }

    void otherSeedsAreNoPairs() {
        const std::vector<RunConfig> runs{{config("0.1", 0), 8},
                                          {config("0.2", 2), 8},
                                          {config("0.1", 1), 8},
                                          {config("0.2", 3), 8}};
        const auto sides = sidesOf(runs);
        QCOMPARE(testBetween(sides[0], sides[1]), TestKind::WelchSeeds);
    }

    void seedsOfOneSettingStandSideBySide() {
        const std::vector<RunConfig> runs{{config("0.1", 0), 8}, {config("0.1", 1), 8}};
        const auto sides = sidesOf(runs);
        QCOMPARE(sides.size(), std::size_t{2});
        QCOMPARE(testBetween(sides[0], sides[1]), TestKind::Blocks);
    }

    void anotherWorldIsAnotherSetting() {
        const std::vector<RunConfig> runs{
            {config("0.1", 0), 8}, {config("0.1", 1), 8}, {config("0.1", 2), 5}};
        const auto sides = sidesOf(runs);
        QCOMPARE(sides.size(), std::size_t{2});
        QCOMPARE(sides[1].runs, (std::vector<std::size_t>{2}));
    }

    void theEndIsTheLastThirdOfCommonSteps() {
        const Comparison c({runOf(0, 150, {}, wave), runOf(0, 200, {}, wave)});
        const auto span = lastThird(c.all.alignment);
        QCOMPARE(span->first, std::uint64_t{100});
        QCOMPARE(span->last, std::uint64_t{149});
        QCOMPARE(commonSteps(c.all.alignment, *span), std::size_t{50});
        QVERIFY(
            !lastThird(Comparison({runOf(0, 5, {}, wave), runOf(9, 5, {}, wave)}).all.alignment));
        QVERIFY(lastThird(
            Comparison({runOf(0, 5, {}, wave), runOf(9, 5, {}, wave)}, AlignBy::RelativeStep)
                .all.alignment));
    }

    void twoRunsAreComparedOverBlocks() {
        const Comparison c(
            {runOf(0, 150, {}, wave), runOf(0, 150, {}, [](auto s) { return 0.5 + 2 * wave(s); })});
        const RunSummary summary = c.summary();
        const SummaryRow& loss = summary.rows[0];
        QCOMPARE(loss.steps, std::size_t{50});
        std::vector<double> differences;
        double a = 0, b = 0;
        for (std::uint64_t step = 100; step < 150; ++step) {
            a += wave(step) / 50;
            b += (0.5 + 2 * wave(step)) / 50;
            differences.push_back(0.5 + wave(step));
        }
        const MeanTest wanted = blockTest(differences);
        QVERIFY(std::abs(loss.runs[0] - a) < 1e-12 && std::abs(loss.runs[1] - b) < 1e-12);
        QCOMPARE(loss.tests[0].kind, TestKind::None);
        QCOMPARE(loss.tests[1].kind, TestKind::Blocks);
        QVERIFY(std::abs(loss.tests[1].difference - wanted.difference) < 1e-12);
        QVERIFY(std::abs(loss.tests[1].halfWidth - wanted.halfWidth) < 1e-12);
        QCOMPARE(summary.tests, kRunMetrics);
        QVERIFY(loss.adjusted[1] >= loss.tests[1].p);
        QVERIFY(isUndefined(loss.adjusted[0]));
    }

    void settingsAreComparedOverPairsOfSeeds() {
        std::vector<ComparedRun> runs;
        const double shift[]{0, 0.3, 0.1}; // a seed's own level, shared by both settings
        const double effect[]{0.50, 0.52, 0.45};
        for (const bool other : {false, true}) {
            for (int seed = 0; seed < 3; ++seed) {
                runs.push_back(runOf(0, 30, config(other ? "0.2" : "0.1", seed), [=](auto s) {
                    return shift[seed] + (other ? effect[seed] : 0) + wave(s);
                }));
            }
        }
        const Comparison c(std::move(runs));
        QCOMPARE(c.all.sides.size(), std::size_t{2});
        const MeanTest test = c.summary().rows[0].tests[1];
        const MeanTest wanted = pairedTest(effect);
        QCOMPARE(test.kind, TestKind::PairedSeeds);
        QCOMPARE(test.count, std::size_t{3});
        QVERIFY(std::abs(test.difference - wanted.difference) < 1e-12);
        QVERIFY(std::abs(test.p - wanted.p) < 1e-9);

        const StepDifference d = differenceOf(RunMetric::Loss, c.all, 0, 1);
        QCOMPARE(d.error, StepDifference::Error::PairedSeeds);
        QVERIFY(std::abs(d.difference[7] - wanted.difference) < 1e-12);
        QVERIFY(std::abs(d.halfWidth[7] - wanted.halfWidth) < 1e-9);
    }

    void oneSeedEachTakesItsErrorFromTheRanks() {
        const Comparison c({runOf(0, 10, {}, wave), runOf(2, 10, {}, wave)});
        const StepDifference d = differenceOf(RunMetric::Loss, c.all, 0, 1);
        QCOMPARE(d.error, StepDifference::Error::Ranks);
        QVERIFY(isUndefined(d.difference[0]) && isUndefined(d.halfWidth[0]));
        QCOMPARE(d.difference[5], 0.0);
        // Two means of 4 ranks with std .2 each: s.e. sqrt(2) * .1 on 6 degrees.
        QVERIFY(std::abs(d.halfWidth[5] - tQuantile(6) * 0.1 * std::sqrt(2.0)) < 1e-12);
        const StepDifference cosine = differenceOf(RunMetric::Cosine, c.all, 0, 1);
        QCOMPARE(cosine.error, StepDifference::Error::None);
        QVERIFY(isUndefined(cosine.halfWidth[5]));
    }

    void aRunThatDivergedIsLeftOutWhereItDid() {
        const Comparison c({runOf(0, 60, {}, wave), runOf(0, 60, {}, [](auto s) {
                                return s < 50 ? wave(s) + 1 : std::nan("");
                            })});
        const SummaryRow loss = c.summary().rows[0];
        QCOMPARE(loss.steps, std::size_t{10});
        QVERIFY(std::abs(loss.tests[1].difference - 1) < 1e-12);
        QCOMPARE(loss.tests[1].kind, TestKind::None); // ten steps are too few
    }
};

QTEST_APPLESS_MAIN(TestRunComparison)
#include "TestRunComparison.moc"
