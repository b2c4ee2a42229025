// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/Cosines.h"

#include "app/analysis/StepMeasures.h"
#include "tests/unit/analysis/Reference.h"
#include "transport/wire/Codec.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace rankscope;
using namespace rankscope::analysis;
using reference::Gradients;

namespace {

/// A "sketch" with S = 1: then only half precision stands between estimate and truth.
RankSketch plainSketch(std::size_t rank, const reference::Vector& g, std::uint64_t seed = 1) {
    double largest = 0;
    for (const double x : g) {
        largest = std::max(largest, std::abs(x));
    }
    RankSketch s;
    s.rank = RankId{static_cast<std::uint32_t>(rank)};
    s.sketch.seed = seed;
    s.sketch.scale = largest > 0 ? static_cast<float>(largest / 8) : 1.0F;
    for (const double x : g) {
        s.sketch.values.push_back(
            wire::toHalf(static_cast<float>(x / static_cast<double>(s.sketch.scale))));
    }
    return s;
}

std::vector<RankSketch> plainSketches(const Gradients& g) {
    std::vector<RankSketch> result;
    for (std::size_t i = 0; i < g.size(); ++i) {
        result.push_back(plainSketch(i, g[i]));
    }
    return result;
}

} // namespace

class TestCosines : public QObject {
    Q_OBJECT
  private slots:
    void agreesWithTheVectors() {
        std::mt19937_64 random{5};
        Gradients g = reference::randomGradients(9, 64, 1, random);
        for (double& x : g[4]) {
            x *= 1000; // a wrong loss scale changes no angle between this rank and another
        }
        const SketchCosines got = sketchCosines(reference::rowOf(g), plainSketches(g));
        QCOMPARE(got.matrix.source, CosineSource::Sketch);
        double sum = 0;
        for (std::size_t i = 0; i < 9; ++i) {
            QCOMPARE(got.matrix.at(i, i), 1.0);
            QVERIFY(std::abs(got.leaveOneOut[i] - reference::cosine(g[i], reference::mean(g, i))) <
                    1e-3);
            for (std::size_t j = i + 1; j < 9; ++j) {
                const double c = reference::cosine(g[i], g[j]);
                sum += c;
                QVERIFY(std::abs(got.matrix.at(i, j) - c) < 1e-3);
                QCOMPARE(got.matrix.at(j, i), got.matrix.at(i, j));
                const double measured = got.matrix.at(i, j);
                QCOMPARE(got.matrix.sd[i * 9 + j], (1 - measured * measured) / 8 + 1e-4);
            }
        }
        QVERIFY(std::abs(got.mean - sum / 36) < 1e-3);
    }

    void identicalAndOpposite() {
        const Gradients g{{1, 2, 3}, {1, 2, 3}, {-2, -4, -6}};
        const SketchCosines got = sketchCosines(reference::rowOf(g), plainSketches(g));
        QVERIFY(got.matrix.at(0, 1) <= 1 && got.matrix.at(0, 1) > 1 - 1e-6);
        QVERIFY(got.matrix.at(0, 2) >= -1 && got.matrix.at(0, 2) < -1 + 1e-6);
        QVERIFY(isUndefined(got.leaveOneOut[2]) == false);
    }

    void unusableRanksAreLeftOut() {
        const Gradients g{{1, 2, 3}, {3, 2, 1}, {1, 1, 1}, {0, 0, 0}};
        StepRow row = reference::rowOf(g);
        row.samples[1].nonFinite = 3;
        const SketchCosines got = sketchCosines(row, plainSketches(g));
        QVERIFY(isUndefined(got.matrix.at(0, 1)) && isUndefined(got.matrix.at(1, 1)));
        QVERIFY(isUndefined(got.matrix.at(0, 3))); // no gradient, no direction
        QVERIFY(!isUndefined(got.matrix.at(0, 2)));
        QVERIFY(isUndefined(got.leaveOneOut[1]) && !isUndefined(got.leaveOneOut[0]));
        QVERIFY(std::abs(got.mean - reference::cosine(g[0], g[2])) < 1e-3);
    }

    void differentSeedsAndSizesAreNeverCompared() {
        const Gradients g{{1, 2, 3}, {3, 2, 1}, {1, 1, 1}};
        std::vector<RankSketch> sketches = plainSketches(g);
        sketches[1].sketch.seed = 2;
        sketches[2].sketch.values.push_back(0);
        const SketchCosines got = sketchCosines(reference::rowOf(g), sketches);
        QVERIFY(isUndefined(got.matrix.at(0, 1)) && isUndefined(got.matrix.at(0, 2)));
        QCOMPARE(got.matrix.source, CosineSource::None);
        QVERIFY(isUndefined(got.mean));
        QVERIFY(got.matrix.seeds.empty());
        sketches[1].sketch.seed = sketches[0].sketch.seed;
        QCOMPARE(sketchCosines(reference::rowOf(g), sketches).matrix.seeds,
                 std::vector{sketches[0].sketch.seed});
    }

    void twoWorkersAreExact() {
        const Gradients g{{1, 2, 3}, {3, -2, 1}};
        const CosineMatrix got = exactPair(reference::rowOf(g));
        QCOMPARE(got.source, CosineSource::Exact);
        QVERIFY(std::abs(got.at(0, 1) - reference::cosine(g[0], g[1])) < 1e-14);
        QCOMPARE(got.sd[1], 0.0);
        QCOMPARE(exactPair(reference::rowOf({{1}, {2}, {3}})).source, CosineSource::None);
    }

    void theStatedErrorIsTheRealOne() {
        // Random sign projections to k numbers: the spread of the estimate is what sd says.
        std::mt19937_64 random{11};
        const Gradients g = reference::randomGradients(2, 200, 0.8, random);
        constexpr std::size_t kSize = 64;
        constexpr int kRounds = 400;
        const double truth = reference::cosine(g[0], g[1]);
        double squares = 0;
        double sd = 0;
        for (int round = 0; round < kRounds; ++round) {
            Gradients s(2, reference::Vector(kSize, 0.0));
            for (std::size_t k = 0; k < kSize; ++k) {
                for (std::size_t j = 0; j < 200; ++j) {
                    const double sign = (random() & 1U) != 0 ? 1 : -1;
                    s[0][k] += sign * g[0][j];
                    s[1][k] += sign * g[1][j];
                }
            }
            const SketchCosines got = sketchCosines(reference::rowOf(g), plainSketches(s));
            squares += std::pow(got.matrix.at(0, 1) - truth, 2) / kRounds;
            sd += got.matrix.sd[1] / kRounds;
        }
        const double ratio = std::sqrt(squares) / sd;
        QVERIFY2(ratio > 0.85 && ratio < 1.15, qPrintable(QString::number(ratio)));
    }
};

QTEST_APPLESS_MAIN(TestCosines)
#include "TestCosines.moc"
