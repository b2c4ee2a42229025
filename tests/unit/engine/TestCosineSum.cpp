// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/CosineSum.h"

#include <QtTest>

#include <cmath>
#include <random>

using namespace rankscope;
using analysis::CosineMatrix;
using analysis::CosineSource;
using engine::CosineSum;

namespace {

constexpr double kHalf = 1e-4;

/// A sketch's matrix of some ranks with random cosines.
CosineMatrix matrixOf(const std::vector<std::uint32_t>& ranks, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    std::uniform_real_distribution<double> uniform(-1, 1);
    CosineMatrix m;
    m.source = CosineSource::Sketch;
    m.seeds = {seed};
    const std::size_t n = ranks.size();
    m.cosine.assign(n * n, 1);
    m.sd.assign(n * n, 0);
    for (std::size_t i = 0; i < n; ++i) {
        m.ranks.emplace_back(ranks[i]);
        for (std::size_t j = i + 1; j < n; ++j) {
            m.cosine[i * n + j] = m.cosine[j * n + i] = uniform(random);
            m.sd[i * n + j] = m.sd[j * n + i] = kHalf + 0.03 * std::abs(uniform(random));
        }
    }
    return m;
}

bool near(double a, double b) {
    return std::abs(a - b) < 1e-12;
}

} // namespace

class TestCosineSum : public QObject {
    Q_OBJECT
  private slots:
    void oneStepIsItself() {
        const CosineMatrix m = matrixOf({0, 1, 2, 5}, 3);
        CosineSum sum;
        sum.clear(m.ranks);
        sum.add(CosineSum::partOf(m));
        const CosineMatrix mean = sum.mean(Step{7}, 1);
        QCOMPARE(mean.step, Step{7});
        QCOMPARE(mean.steps, 1U);
        QCOMPARE(mean.ranks, m.ranks);
        QCOMPARE(mean.cosine, m.cosine);
        QCOMPARE(mean.sd, m.sd);
        QCOMPARE(mean.seeds, m.seeds);
        QCOMPARE(mean.source, CosineSource::Sketch);
    }

    void errorsOfOtherSeedsAreIndependent() {
        CosineSum sum;
        sum.clear(matrixOf({0, 1, 2}, 0).ranks);
        double cosine = 0;
        double variance = 0;
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            const CosineMatrix m = matrixOf({0, 1, 2}, seed);
            sum.add(CosineSum::partOf(m));
            cosine += m.at(0, 2) / 10;
            variance += (m.sd[2] - kHalf) * (m.sd[2] - kHalf);
        }
        const CosineMatrix mean = sum.mean(Step{10}, 10);
        QVERIFY(near(mean.at(0, 2), cosine) && near(mean.at(2, 0), cosine));
        QVERIFY(near(mean.sd[2], std::sqrt(variance) / 10 + kHalf)); // half precision stays
    }

    void errorsOfEqualSeedsDoNotAverageOut() {
        CosineSum sum;
        sum.clear(matrixOf({0, 1}, 0).ranks);
        double sd = 0;
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            CosineMatrix m = matrixOf({0, 1}, seed);
            m.seeds = {seed == 10 ? 1 : seed}; // a step done again by a restarted emitter
            sum.add(CosineSum::partOf(m));
            sd += m.sd[1] / 10;
        }
        QVERIFY(near(sum.mean(Step{10}, 10).sd[1], sd));
        CosineMatrix twin = matrixOf({0, 1}, 10);
        twin.seeds = {1};
        sum.remove(CosineSum::partOf(twin)); // all different now
        QVERIFY(sum.mean(Step{9}, 9).sd[1] < sd / 2);
        QCOMPARE(sum.mean(Step{9}, 9).seeds.size(), std::size_t{9});
    }

    void whatIsTakenOutLeavesNoTrace() {
        CosineSum sum;
        CosineSum never;
        sum.clear(matrixOf({0, 1, 2}, 0).ranks);
        never.clear(sum.ranks());
        for (std::uint64_t seed = 1; seed <= 50; ++seed) {
            sum.add(CosineSum::partOf(matrixOf({0, 1, 2}, seed)));
            if (seed > 20) {
                never.add(CosineSum::partOf(matrixOf({0, 1, 2}, seed)));
            } else {
                sum.remove(CosineSum::partOf(matrixOf({0, 1, 2}, seed)));
            }
        }
        const CosineMatrix a = sum.mean(Step{50}, 30);
        const CosineMatrix b = never.mean(Step{50}, 30);
        for (std::size_t i = 0; i < a.cosine.size(); ++i) {
            QVERIFY(near(a.cosine[i], b.cosine[i]) && near(a.sd[i], b.sd[i]));
        }
    }

    void eachPairOverTheStepsThatHaveIt() {
        CosineSum sum;
        const CosineMatrix all = matrixOf({0, 1, 2, 3}, 1);
        const CosineMatrix some = matrixOf({1, 3, 9}, 2); // 0 and 2 are missing, 9 is a stranger
        CosineMatrix hole = matrixOf({0, 1, 2, 3}, 3);
        hole.cosine[1] = hole.cosine[4] = analysis::undefined();
        sum.clear(all.ranks);
        sum.add(CosineSum::partOf(all));
        sum.add(CosineSum::partOf(some));
        sum.add(CosineSum::partOf(hole));
        sum.add(CosineSum::partOf(CosineMatrix{}));
        const CosineMatrix mean = sum.mean(Step{3}, 3);
        QVERIFY(near(mean.at(0, 1), all.at(0, 1)));
        QVERIFY(near(mean.at(1, 3), (all.at(1, 3) + some.at(0, 1) + hole.at(1, 3)) / 3));
        QVERIFY(near(mean.at(0, 2), (all.at(0, 2) + hole.at(0, 2)) / 2));
        QCOMPARE(mean.at(3, 3), 1.0);
    }

    void exactStaysExact() {
        CosineMatrix exact = matrixOf({0, 1}, 1);
        exact.source = CosineSource::Exact;
        exact.sd = {0, 0, 0, 0};
        exact.seeds.clear();
        CosineSum sum;
        sum.clear(exact.ranks);
        sum.add(CosineSum::partOf(exact));
        sum.add(CosineSum::partOf(exact));
        QCOMPARE(sum.mean(Step{2}, 2).source, CosineSource::Exact);
        QCOMPARE(sum.mean(Step{2}, 2).sd[1], 0.0);
        sum.add(CosineSum::partOf(matrixOf({0, 1}, 2)));
        QCOMPARE(sum.mean(Step{3}, 3).source, CosineSource::Sketch);
        QVERIFY(sum.mean(Step{3}, 3).sd[1] > 0);
        sum.clear(exact.ranks);
        QCOMPARE(sum.mean(Step{2}, 0).source, CosineSource::None);
        QVERIFY(analysis::isUndefined(sum.mean(Step{2}, 0).at(0, 1)));
    }
};

QTEST_APPLESS_MAIN(TestCosineSum)
#include "TestCosineSum.moc"
