// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/Alignment.h"
#include "app/analysis/Ensemble.h"
#include "app/analysis/StepMetrics.h"

#include <QtTest>

#include <array>
#include <cmath>
#include <vector>

using namespace rankscope::analysis;

using Steps = std::vector<std::uint64_t>;

namespace {

Alignment aligned(const std::vector<Steps>& runs, AlignBy by) {
    const std::vector<std::span<const std::uint64_t>> spans(runs.begin(), runs.end());
    return align(spans, by);
}

} // namespace

class TestEnsemble : public QObject {
    Q_OBJECT
  private slots:
    void runsMeetAtTheirSteps() {
        const Alignment a = aligned({{0, 1, 2, 5}, {1, 2, 3}, {}}, AlignBy::Step);
        QCOMPARE(a.steps, (Steps{0, 1, 2, 3, 5}));
        const auto second = a.onAxis(1, std::vector<double>{10, 20, 30});
        QVERIFY(isUndefined(second[0]) && isUndefined(second[4]));
        QCOMPARE(second[1], 10.0);
        QCOMPARE(second[3], 30.0);
        for (const double x : a.onAxis(2, {})) {
            QVERIFY(isUndefined(x));
        }
    }

    void relativeStepsBeginAtZero() {
        const Alignment a = aligned({{100, 101, 103}, {7, 8}}, AlignBy::RelativeStep);
        QCOMPARE(a.steps, (Steps{0, 1, 3}));
        QCOMPARE(a.origins, (Steps{100, 7}));
        QCOMPARE(a.onAxis(1, std::vector<double>{1, 2})[1], 2.0);
        QCOMPARE(a.onAxis(0, std::vector<double>{1, 2, 3})[2], 3.0);
    }

    void quantilesAreNumPys() {
        const std::array<double, 4> x{1, 2, 4, 8};
        QCOMPARE(quantile(x, 0), 1.0);
        QCOMPARE(quantile(x, 0.5), 3.0);
        QCOMPARE(quantile(x, 0.05), 1.15); // numpy.quantile([1, 2, 4, 8], .05)
        QCOMPARE(quantile(x, 0.95), 7.4);
        QCOMPARE(quantile(x, 1), 8.0);
    }

    void meanAndBandsPerStep() {
        const double none = undefined();
        const std::vector<std::vector<double>> runs{
            {1, 1, none, 1}, {2, none, none, NAN}, {6, 3, none, HUGE_VAL}};
        const Ensemble e = ensembleOf(runs);
        QCOMPARE(e.count, (std::vector<std::uint32_t>{3, 2, 0, 1}));
        QCOMPARE(e.mean[0], 3.0);
        QCOMPARE(e.std[0], std::sqrt(7.0)); // (4 + 1 + 9) / 2
        QCOMPARE(e.median[0], 2.0);
        QCOMPARE(e.low[0], 1.1);
        QCOMPARE(e.high[0], 5.6);
        QCOMPARE(e.mean[1], 2.0);
        QCOMPARE(e.std[1], std::sqrt(2.0));
        QVERIFY(isUndefined(e.mean[2]));
        QCOMPARE(e.mean[3], 1.0); // the others diverged, and don't blank it
        QVERIFY(isUndefined(e.std[3]) && isUndefined(e.low[3]));
    }

    void noRunHasNoBand() { QVERIFY(ensembleOf({}).mean.empty()); }
};

QTEST_APPLESS_MAIN(TestEnsemble)
#include "TestEnsemble.moc"
