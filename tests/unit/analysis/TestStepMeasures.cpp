// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/StepMeasures.h"

#include "tests/unit/analysis/Reference.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace rankscope;
using namespace rankscope::analysis;
using reference::Gradients;

namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();

bool near(double a, double b, double tolerance = 1e-9) {
    return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

} // namespace

class TestStepMeasures : public QObject {
    Q_OBJECT
  private slots:
    void sumsAgreeWithExplicitGradients_data() {
        QTest::addColumn<int>("workers");
        QTest::addColumn<double>("signal");
        for (const int workers : {2, 3, 5, 8, 17}) {
            for (const double signal : {0.0, 0.5, 3.0}) {
                QTest::addRow("%d workers, signal %g", workers, signal) << workers << signal;
            }
        }
    }

    void sumsAgreeWithExplicitGradients() {
        QFETCH(int, workers);
        QFETCH(double, signal);
        std::mt19937_64 random{static_cast<std::uint64_t>(workers)};
        const auto count = static_cast<std::size_t>(workers);
        const Gradients g = reference::randomGradients(count, 40, signal, random);
        const StepMeasures got = measure(reference::rowOf(g));

        double weighted = 0, weights = 0, sumSq = 0;
        for (std::size_t i = 0; i < count; ++i) {
            sumSq += reference::dot(g[i], g[i]);
            for (std::size_t j = 0; j < count; ++j) {
                if (i != j) {
                    const double w =
                        std::sqrt(reference::dot(g[i], g[i]) * reference::dot(g[j], g[j]));
                    weighted += w * reference::cosine(g[i], g[j]);
                    weights += w;
                }
            }
        }
        const reference::Vector m = reference::mean(g);
        const double meanSq = reference::dot(m, m);
        const double w = workers;
        QVERIFY(near(got.step.cosineMean, weighted / weights));
        QCOMPARE(got.step.cosineSource, CosineSource::Exact);
        QCOMPARE(got.step.cosineSd, 0.0);
        QVERIFY(near(got.step.diversity, sumSq / (w * w * meanSq)));
        QVERIFY(near(got.step.meanGradNorm, std::sqrt(meanSq)));
        double spread = 0; // unbiased between-worker variance, summed over parameters
        for (std::size_t i = 0; i < count; ++i) {
            reference::Vector d = g[i];
            for (std::size_t j = 0; j < d.size(); ++j) {
                d[j] -= m[j];
            }
            spread += reference::dot(d, d);
            QVERIFY(near(got.ranks[i].distance, std::sqrt(reference::dot(d, d))));
            QVERIFY(near(got.ranks[i].cosineLoo, reference::cosine(g[i], reference::mean(g, i))));
            QCOMPARE(got.ranks[i].cosineSource, CosineSource::Exact);
            QVERIFY(near(got.ranks[i].gradNorm, std::sqrt(reference::dot(g[i], g[i]))));
        }
        QVERIFY(near(got.step.noiseTau, spread / (w - 1)));
        QVERIFY(near(got.step.signalSq, meanSq - spread / (w - 1) / w));
    }

    void roundingOfTheReductionCancels() {
        std::mt19937_64 random{7};
        const Gradients g = reference::randomGradients(8, 4000, 0.5, random);
        const double exact = measure(reference::rowOf(g)).step.cosineMean;
        reference::Vector reduced = reference::mean(g);
        for (double& x : reduced) {
            x *= 1 + 0x1p-9; // half precision, all elements to the same side
        }
        StepRow row = reference::rowOf(g);
        for (std::size_t i = 0; i < g.size(); ++i) {
            row.samples[i].meanSq = reference::dot(reduced, reduced);
            row.samples[i].dot = reference::dot(g[i], reduced);
        }
        const double error = measure(row).step.cosineMean - exact;
        QVERIFY2(std::abs(error) < 1e-5, qPrintable(QString::number(error)));
    }

    void identicalGradientsAgreeFully() {
        const Gradients g(8, {0.3, -0.7, 0.11});
        const StepMeasures got = measure(reference::rowOf(g));
        QVERIFY(near(got.step.cosineMean, 1, 1e-14) && got.step.cosineMean <= 1);
        QVERIFY(near(got.step.diversity, 1.0 / 8, 1e-14));
        QVERIFY(near(got.ranks[3].cosineLoo, 1, 1e-14) && got.ranks[3].cosineLoo <= 1);
        QCOMPARE(got.step.gradNormStd, 0.0);
        QCOMPARE(got.step.gradNormCv, 0.0);
    }

    void twoOppositeGradientsCancel() {
        const StepMeasures got = measure(reference::rowOf({{1, 2}, {-1, -2}}));
        QCOMPARE(got.step.cosineMean, -1.0);
        QCOMPARE(got.ranks[0].cosineLoo, -1.0);
        QCOMPARE(got.ranks[1].cosineLoo, -1.0);
        QVERIFY(isUndefined(got.step.diversity)); // the sum is zero
        QCOMPARE(got.step.meanGradNorm, 0.0);
    }

    void aZeroGradientHasNoDirection() {
        const StepMeasures two = measure(reference::rowOf({{1, 2}, {0, 0}}));
        QVERIFY(isUndefined(two.step.cosineMean));
        QCOMPARE(two.step.cosineSource, CosineSource::None);
        QVERIFY(isUndefined(two.ranks[0].cosineLoo)); // the mean of the others is zero
        QVERIFY(isUndefined(two.ranks[1].cosineLoo));
        const StepMeasures three = measure(reference::rowOf({{1, 0}, {0, 0}, {1, 1}}));
        QVERIFY(near(three.step.cosineMean, std::sqrt(0.5)));
        QVERIFY(near(three.ranks[0].cosineLoo, std::sqrt(0.5)));
        QVERIFY(isUndefined(three.ranks[1].cosineLoo));
    }

    void oneWorkerHasNothingToCompare() {
        const StepMeasures got = measure(reference::rowOf({{3, 4}}));
        QCOMPARE(got.step.workers, 1U);
        QCOMPARE(got.step.lossMean, 2.0);
        QCOMPARE(got.step.gradNormMean, 5.0);
        QCOMPARE(got.step.meanGradNorm, 5.0);
        for (const double x :
             {got.step.lossStd, got.step.lossRange, got.step.gradNormStd, got.step.gradNormCv,
              got.step.cosineMean, got.step.diversity, got.step.noiseTau, got.step.signalSq,
              got.ranks[0].cosineLoo, got.ranks[0].lossExcess}) {
            QVERIFY(isUndefined(x));
        }
    }

    void lossesOfAllKinds() {
        StepRow row = reference::rowOf({{1}, {1}, {1}, {1}});
        const StepMeasures plain = measure(row);
        QVERIFY(!plain.step.lossWeighted);
        QVERIFY(near(plain.step.lossMean, 2.15));
        QVERIFY(near(plain.step.lossRange, 0.3));
        QVERIFY(near(plain.ranks[3].lossExcess, 2.3 - 2.1));

        for (std::size_t i = 0; i < 4; ++i) {
            row.samples[i].weight = i == 3 ? 7 : 1;
        }
        const StepMeasures weighted = measure(row);
        QVERIFY(weighted.step.lossWeighted);
        QVERIFY(near(weighted.step.lossMean, (2.0 + 2.1 + 2.2 + 7 * 2.3) / 10));
        QCOMPARE(weighted.step.lossStd, plain.step.lossStd); // never weighted

        for (RankSample& s : row.samples) {
            s.lossScale = wire::LossScale::GlobalTokens;
        }
        QVERIFY(near(measure(row).step.lossMean, 2.15)); // the weights are in the losses already

        row.samples[1].loss = kNan;
        row.samples[1].lossScale = wire::LossScale::Unknown;
        const StepMeasures oneNan = measure(row);
        QVERIFY(near(oneNan.step.lossMean, (2.0 + 2.2 + 7 * 2.3) / 9));
        QVERIFY(std::isnan(oneNan.ranks[1].loss) && !isUndefined(oneNan.ranks[1].loss));
        QVERIFY(!isUndefined(oneNan.ranks[1].lossExcess));

        row.samples[1].loss = undefined();
        QVERIFY(isUndefined(measure(row).ranks[1].lossExcess));
    }

    void aNonFiniteRankLeavesTheOthersDefined() {
        StepRow row = reference::rowOf({{1, 2}, {2, 1}, {1, 1}});
        for (RankSample& s : row.samples) {
            s.meanSq = s.dot = kNan;
        }
        row.samples[1].gradSq = kNan;
        row.samples[1].nonFinite = 5;
        const StepMeasures got = measure(row);
        QVERIFY(near(got.step.gradNormMean, (std::sqrt(5) + std::sqrt(2)) / 2));
        QVERIFY(!isUndefined(got.step.gradNormStd));
        QCOMPARE(got.step.nonFinite, std::optional<std::uint64_t>{5});
        QVERIFY(std::isnan(got.step.meanGradNorm) && !isUndefined(got.step.meanGradNorm));
        QCOMPARE(got.step.cosineSource, CosineSource::None);
        QVERIFY(isUndefined(got.step.cosineMean) && isUndefined(got.ranks[0].cosineLoo));
        QVERIFY(isUndefined(got.step.noiseTau) && isUndefined(got.ranks[0].distance));
        QVERIFY(wantsSketches(row));

        // Counted, but its norm was taken over the finite elements only.
        row.samples[1].gradSq = 4;
        QVERIFY(near(measure(row).step.gradNormMean, (std::sqrt(5) + std::sqrt(2)) / 2));
    }

    void aLossyReductionSpoilsEveryExactCosine() {
        StepRow row = reference::rowOf({{1, 2}, {2, 1}, {1, 1}});
        row.samples[2].flags = wire::flags::kLossyReduce;
        const StepMeasures got = measure(row);
        QVERIFY(isUndefined(got.step.cosineMean) && isUndefined(got.ranks[0].cosineLoo));
        QVERIFY(isUndefined(got.step.diversity));
        QVERIFY(!isUndefined(got.step.gradNormStd));
        QVERIFY(wantsSketches(row));
    }

    void aMissingRankSpoilsSumsOverAllButNotLeaveOneOut() {
        const Gradients g{{1, 2}, {2, 1}, {1, -1}};
        StepRow row = reference::rowOf(g);
        row.samples.erase(row.samples.begin() + 1);
        const StepMeasures got = measure(row);
        QCOMPARE(got.step.workers, 2U);
        QCOMPARE(got.step.expected, 3U);
        QVERIFY(isUndefined(got.step.cosineMean) && isUndefined(got.step.noiseTau));
        // The mean gradient still holds all three.
        QVERIFY(near(got.ranks[0].cosineLoo, reference::cosine(g[0], reference::mean(g, 0))));
    }

    void layerGroupsHaveTheirOwnCosines() {
        StepRow row = reference::rowOf({{1, 2}, {2, 1}, {1, -1}});
        const Gradients first{{1}, {2}, {1}};
        const Gradients second{{2}, {1}, {-1}};
        const StepRow a = reference::rowOf(first);
        const StepRow b = reference::rowOf(second);
        for (std::size_t i = 0; i < 3; ++i) {
            for (const RankSample& s : {a.samples[i], b.samples[i]}) {
                row.samples[i].groupLoo.push_back(leaveOneOut({s.gradSq, s.meanSq, s.dot}, 3));
            }
        }
        const StepMeasures got = measure(row);
        QCOMPARE(got.ranks[0].groupLoo.size(), std::size_t{2});
        QVERIFY(near(got.ranks[0].groupLoo[0], 1));
        QVERIFY(isUndefined(got.ranks[0].groupLoo[1])); // the others cancel: 1 and -1
        QVERIFY(near(got.ranks[2].groupLoo[1], -1));
    }

    void nothingMeasuredIsUndefinedThroughout() {
        StepRow row;
        row.world = 2;
        row.samples.resize(2);
        row.samples[1].rank = RankId{1};
        const StepMeasures got = measure(row);
        QVERIFY(isUndefined(got.step.lossMean) && isUndefined(got.step.gradNormMean));
        QVERIFY(isUndefined(got.step.meanGradNorm) && isUndefined(got.step.cosineMean));
        QVERIFY(!got.step.lossWeighted);
        QCOMPARE(got.step.cosineSource, CosineSource::None);
    }

    void sketchesFillInOnlyWhatSumsLeaveOpen() {
        SketchCosines sketches;
        sketches.mean = 0.25;
        sketches.meanSd = 0.01;
        sketches.leaveOneOut = {0.5, 0.5};
        sketches.leaveOneOutSd = {0.02, 0.02};
        StepRow row = reference::rowOf({{1, 2}, {2, 1}});
        QCOMPARE(measure(row, &sketches).step.cosineSource, CosineSource::Exact);
        row.samples[0].flags = wire::flags::kLossyReduce;
        const StepMeasures got = measure(row, &sketches);
        QCOMPARE(got.step.cosineSource, CosineSource::Sketch);
        QCOMPARE(got.step.cosineMean, 0.25);
        QCOMPARE(got.ranks[1].cosineLoo, 0.5);
        QCOMPARE(got.ranks[1].cosineSource, CosineSource::Sketch);
    }
};

QTEST_APPLESS_MAIN(TestStepMeasures)
#include "TestStepMeasures.moc"
