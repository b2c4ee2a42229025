// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/RankChoice.h"

#include "app/engine/run/RankDistance.h"
#include "tests/support/Curves.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace rankscope;
using engine::ChosenRank;
using engine::RankDistance;
using engine::RankSignal;
using engine::RunCurves;
using engine::View;
using support::noise;
using support::Signals;

namespace {

std::vector<std::size_t> ranksOf(const std::vector<ChosenRank>& chosen, bool outliersOnly = false) {
    std::vector<std::size_t> ranks;
    for (const ChosenRank& c : chosen) {
        if (c.outlier || !outliersOnly) {
            ranks.push_back(c.rank);
        }
    }
    return ranks;
}

std::vector<ChosenRank> chosenOf(const RunCurves& curves, const View& view, std::size_t first,
                                 std::size_t last) {
    return chooseRanks(curves, RankSignal::Loss, shownRanks(curves, view), view, first, last);
}

/// 64 ranks over 2,000 steps of falling loss; from step 1,000 on rank 5's is half a standard
/// deviation too low, which no single step shows.
RunCurves departing() {
    RunCurves curves;
    support::enterSteps(curves, 0, 2000, 64, [](std::uint64_t step, std::uint32_t rank) {
        const double away = rank == 5 && step >= 1000 ? -0.05 : 0;
        const auto at = static_cast<double>(step);
        return Signals{3 - 1e-3 * at + 0.1 * noise(step, rank) + away, 0.3, 1};
    });
    return curves;
}

double middleOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

} // namespace

class TestRankChoice : public QObject {
    Q_OBJECT
  private slots:
    void aPersistentlyDepartedRankIsNamed() {
        const RunCurves curves = departing();
        QCOMPARE(ranksOf(chosenOf(curves, {}, 1000, 2000)), std::vector<std::size_t>{5});
        QVERIFY(chosenOf(curves, {}, 1000, 2000)[0].outlier);
        QVERIFY(ranksOf(chosenOf(curves, {}, 0, 1000)).empty()); // innocent before
        View none;
        none.outliers = 0;
        QVERIFY(chosenOf(curves, none, 1000, 2000).empty());
    }

    void healthyRanksAreNotNamed() {
        int named = 0;
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            RunCurves curves;
            support::enterSteps(curves, 0, 40, seed % 2 == 0 ? 20 : 128,
                                [&](std::uint64_t step, std::uint32_t rank) {
                                    return Signals{noise(step, rank, seed), 0, 1};
                                });
            named += chosenOf(curves, {}, 0, 40).empty() ? 0 : 1;
        }
        QVERIFY2(named <= 9, qPrintable(QString::number(named))); // 2.5 expected
    }

    void atMostSoManyAndTheFarthestFirst() {
        RunCurves curves;
        support::enterSteps(curves, 0, 100, 64, [](std::uint64_t step, std::uint32_t rank) {
            const double away = rank < 5 ? 2.0 + rank : 0;
            return Signals{noise(step, rank) + away, 0, 1};
        });
        QCOMPARE(ranksOf(chosenOf(curves, {}, 0, 100)), (std::vector<std::size_t>{2, 3, 4}));
    }

    void fewRanksAllHaveLines() {
        RunCurves curves;
        support::enterSteps(curves, 0, 100, 16, [](std::uint64_t step, std::uint32_t rank) {
            return Signals{noise(step, rank) + (rank == 9 ? 5 : 0), 0, 1};
        });
        const auto chosen = chosenOf(curves, {}, 0, 100);
        QCOMPARE(chosen.size(), std::size_t{16});
        QCOMPARE(ranksOf(chosen, true), std::vector<std::size_t>{9});
        View strict;
        strict.maxLines = 15;
        QCOMPARE(ranksOf(chosenOf(curves, strict, 0, 100)), std::vector<std::size_t>{9});
    }

    /// All that it said was overtaken by a restart: who was there meanwhile sees what others see.
    void aRankOfWhichNothingIsLeftIsNotShown() {
        RunCurves curves;
        const auto losses = [](std::uint64_t step, std::uint32_t rank) {
            return Signals{noise(step, rank), 0.3, 1};
        };
        support::enterSteps(curves, 0, 300, 4, losses);
        QCOMPARE(shownRanks(curves, {}).size(), std::size_t{4});
        support::enterSteps(curves, 0, 300, 3, losses);
        QCOMPARE(shownRanks(curves, {}), (std::vector<std::size_t>{0, 1, 2}));
    }

    void wantedRanksHaveLinesAndOnlyRestricts() {
        const RunCurves curves = departing();
        View view;
        view.wanted = {RankId{40}, RankId{2}};
        const auto chosen = chosenOf(curves, view, 1000, 2000);
        QCOMPARE(ranksOf(chosen), (std::vector<std::size_t>{2, 5, 40}));
        QVERIFY(chosen[0].wanted && !chosen[0].outlier && !chosen[1].wanted);
        view.only = std::vector<RankId>{};
        for (std::uint32_t rank = 2; rank < 30; ++rank) {
            view.only->emplace_back(rank);
        }
        QCOMPARE(ranksOf(chosenOf(curves, view, 1000, 2000)), (std::vector<std::size_t>{2, 5}));
        view.only->resize(8); // few enough now
        const auto few = chosenOf(curves, view, 1000, 2000);
        QCOMPARE(few.size(), std::size_t{8});
        QCOMPARE(ranksOf(few, true), std::vector<std::size_t>{5}); // among all ranks
        view.only = std::vector<RankId>{RankId{63}, RankId{64}, RankId{5000}};
        QCOMPARE(ranksOf(chosenOf(curves, view, 1000, 2000)), std::vector<std::size_t>{63});
    }

    void distancesAgreeWithAScan() {
        const RunCurves curves = departing();
        for (const auto& [first, last] : {std::pair{0UL, 2000UL}, {5UL, 6UL}, {100UL, 777UL}}) {
            double sd = 0;
            std::vector<double> away(64, 0.0);
            for (std::size_t i = first; i < last; ++i) {
                std::vector<double> losses;
                for (std::size_t rank = 0; rank < 64; ++rank) {
                    losses.push_back(static_cast<double>(curves.rank(RankSignal::Loss, rank)[i]));
                }
                const double median = middleOf(losses);
                std::vector<double> deviations;
                for (std::size_t rank = 0; rank < 64; ++rank) {
                    away[rank] += losses[rank] - median;
                    deviations.push_back(std::abs(losses[rank] - median));
                }
                sd += 1.4826 * middleOf(deviations);
            }
            for (std::size_t rank = 0; rank < 64; ++rank) {
                const double got = RankDistance(curves, RankSignal::Loss, first, last).of(rank);
                QVERIFY(std::abs(got - away[rank] / sd) < 1e-4);
            }
        }
    }

    void equalsAreAtNoDistance() {
        RunCurves curves;
        support::enterSteps(curves, 0, 30, 20, [](std::uint64_t, std::uint32_t rank) {
            return Signals{2, rank == 4 ? 0.1 : 0.2, std::nan("")};
        });
        QVERIFY(chosenOf(curves, {}, 0, 30).empty());
        QCOMPARE(RankDistance(curves, RankSignal::Loss, 0, 30).of(4), 0.0);
        QCOMPARE(RankDistance(curves, RankSignal::Direction, 0, 30).of(4), -1000.0);
        QVERIFY(std::isnan(RankDistance(curves, RankSignal::GradNorm, 0, 30).of(4)));
    }
};

QTEST_APPLESS_MAIN(TestRankChoice)
#include "TestRankChoice.moc"
