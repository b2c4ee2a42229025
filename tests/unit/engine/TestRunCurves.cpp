// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/RunCurves.h"

#include "tests/support/Curves.h"

#include <QtTest>

#include <cmath>
#include <random>

using namespace rankscope;
using engine::RankSignal;
using engine::RunCurves;
using support::noise;
using support::Signals;

namespace {

constexpr Signals kAbsent{NAN, NAN, NAN};

/// Rank 3 leaves at step 500, rank 7 reports every third step only.
Signals signalsOf(std::uint64_t step, std::uint32_t rank) {
    if ((rank == 3 && step >= 500) || (rank == 7 && step % 3 != 0)) {
        return kAbsent;
    }
    return {2 + noise(step, rank), noise(step, rank, 1),
            rank == 4 ? static_cast<double>(NAN) : 1.0 + rank};
}

void compare(const analysis::MinMaxSeries<float>& series, std::size_t at, double expected) {
    const double got = at < series.size() ? static_cast<double>(series[at]) : NAN;
    QVERIFY(std::isnan(expected) ? std::isnan(got)
                                 : got == static_cast<double>(static_cast<float>(expected)));
}

void compareAll(const RunCurves& curves, std::uint32_t ranks) {
    for (std::size_t i = 0; i < curves.steps().size(); ++i) {
        const std::uint64_t step = curves.steps()[i];
        const auto m = support::measuresOf(step, ranks, signalsOf);
        QCOMPARE(curves[RunCurves::LossMean][i], m.step.lossMean);
        QCOMPARE(curves[RunCurves::NormMax][i], m.step.gradNormMax);
        for (std::uint32_t rank = 0; rank < ranks; ++rank) {
            const Signals s = signalsOf(step, rank);
            compare(curves.rank(RankSignal::Loss, rank), i, s.loss);
            compare(curves.rank(RankSignal::Direction, rank), i, s.direction);
            compare(curves.rank(RankSignal::GradNorm, rank), i, s.norm);
        }
    }
}

} // namespace

class TestRunCurves : public QObject {
    Q_OBJECT
  private slots:
    void manyStepsAtOnce() {
        RunCurves curves;
        support::enterSteps(curves, 10, 1300, 9, signalsOf);
        QCOMPARE(curves.steps().size(), std::size_t{1290});
        QCOMPARE(curves.ranks(), std::size_t{9});
        compareAll(curves, 9);
    }

    void inAnyOrderAndAmended() {
        RunCurves curves;
        std::mt19937_64 random{1};
        for (int i = 0; i < 60; ++i) {
            const std::uint64_t first = random() % 900;
            support::enterSteps(curves, first, first + random() % 60, 9, kAbsentOrNot(i));
        }
        for (const std::uint64_t first : {900, 600, 300, 0}) { // the truth, from behind
            support::enterSteps(curves, first, first + 300, 9, signalsOf);
        }
        QCOMPARE(curves.steps().size(), std::size_t{1200});
        compareAll(curves, 9);
    }

    void aRankThatIsNotThereAnyMoreIsForgotten() {
        RunCurves curves;
        support::enterSteps(curves, 0, 100, 9, signalsOf);
        support::enterSteps(curves, 40, 100, 5, signalsOf); // another launch, a smaller world
        QVERIFY(std::isfinite(curves.rank(RankSignal::Loss, 8)[39]));
        QVERIFY(std::isnan(curves.rank(RankSignal::Loss, 8)[40]));
        QCOMPARE(curves.rank(RankSignal::Loss, 8).total(0, 100).count, std::uint64_t{40});
    }

    void whatWasNotFiniteIsMarkedUntilItIsAmended() {
        RunCurves curves;
        support::enterSteps(curves, 0, 20, 4, [](std::uint64_t step, std::uint32_t rank) {
            return Signals{step == 5 && rank == 1 ? INFINITY : 2, 0.1, step == 7 ? INFINITY : 1};
        });
        QCOMPARE(curves.nonFinite().loss(), std::vector<std::uint64_t>{5});
        QCOMPARE(curves.nonFinite().gradient(), std::vector<std::uint64_t>{7});
        QVERIFY(curves.nonFinite().measuredGradients());
        support::enterSteps(curves, 5, 6, 4, signalsOf);
        QVERIFY(curves.nonFinite().loss().empty());
    }

    void thousandRanksHaveLines() {
        RunCurves curves;
        support::enterSteps(curves, 0, 3, 1024, signalsOf);
        compareAll(curves, 1024);
        QVERIFY(std::isfinite(curves.bundle(RankSignal::Loss, RunCurves::Low)[1]));
    }

  private:
    static support::SignalsOf kAbsentOrNot(int i) {
        return [i](std::uint64_t step, std::uint32_t rank) {
            return (step + rank) % 4 == 0 ? kAbsent : Signals{1.0 * i, 0.5, 3};
        };
    }
};

QTEST_APPLESS_MAIN(TestRunCurves)
#include "TestRunCurves.moc"
