// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/MeanTest.h"
#include "app/analysis/StudentT.h"

#include <QtTest>

#include <cmath>
#include <numbers>
#include <numeric>
#include <random>
#include <vector>

using namespace rankscope::analysis;

namespace {

bool close(double a, double b, double tolerance = 1e-9) {
    return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

/// P(|T| >= t) by Simpson's rule on the density, after x = tan(u) made the range finite.
double tailByIntegration(double degrees, double t) {
    const double log = std::lgamma((degrees + 1) / 2) - std::lgamma(degrees / 2) -
                       0.5 * std::log(degrees * std::numbers::pi);
    const auto density = [&](double u) {
        const double x = std::tan(u), cosine = std::cos(u);
        return std::exp(log - (degrees + 1) / 2 * std::log1p(x * x / degrees)) / (cosine * cosine);
    };
    const double from = std::atan(t), to = std::numbers::pi / 2 - 1e-7;
    constexpr int kParts = 20000;
    const double h = (to - from) / kParts;
    double sum = density(from) + density(to);
    for (int i = 1; i < kParts; ++i) {
        sum += (i % 2 == 1 ? 4 : 2) * density(from + i * h);
    }
    return 2 * sum * h / 3;
}

/// Gosset's data on extra sleep (Student 1908); the results below are those of R's t.test.
const std::vector<double> kDrug1{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
const std::vector<double> kDrug2{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

/// x_t = rho x_t-1 + noise, in its stationary state; its mean is 0.
std::vector<double> autoregressive(std::size_t length, double rho, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    double x = normal(random) / std::sqrt(1 - rho * rho);
    std::vector<double> values;
    for (std::size_t i = 0; i < length; ++i) {
        values.push_back(x = rho * x + normal(random));
    }
    return values;
}

} // namespace

class TestMeanTest : public QObject {
    Q_OBJECT
  private slots:
    void theTDistribution() {
        QVERIFY(close(tQuantile(9), 2.2621571627409915));
        QVERIFY(close(tQuantile(1), 12.706204736432095));
        QVERIFY(close(tQuantile(30, 0.99), 2.7499956535672250));
        for (const double degrees : {1.0, 4.0, 9.5, 120.0}) {
            for (const double t : {0.0, 0.7, 2.5}) {
                QVERIFY(close(tTwoSided(degrees, t), tailByIntegration(degrees, t), 1e-6));
            }
            QVERIFY(close(tTwoSided(degrees, -tQuantile(degrees)), 0.05));
        }
        QCOMPARE(tTwoSided(3, HUGE_VAL), 0.0);
    }

    void pairs() {
        std::vector<double> differences;
        for (std::size_t i = 0; i < kDrug1.size(); ++i) {
            differences.push_back(kDrug2[i] - kDrug1[i]);
        }
        const MeanTest test = pairedTest(differences);
        QCOMPARE(test.kind, TestKind::PairedSeeds);
        QVERIFY(close(test.difference, 1.58));
        QVERIFY(close(test.halfWidth, (2.4598858 - 0.7001142) / 2, 1e-7));
        QVERIFY(close(test.p, 0.00283289, 1e-8));
        QCOMPARE(test.count, std::size_t{10});
        QVERIFY(test.leavesZero());
    }

    void welch() {
        const MeanTest test = welchTest(kDrug1, kDrug2);
        QCOMPARE(test.kind, TestKind::WelchSeeds);
        QVERIFY(close(test.difference, 1.58));
        QVERIFY(close(test.degrees, 17.776474, 1e-6));
        QVERIFY(close(test.halfWidth, (3.3654832 + 0.2054832) / 2, 1e-7));
        QVERIFY(close(test.p, 0.07939414, 1e-7));
        QVERIFY(!test.leavesZero());
    }

    void tooFewForAnInterval() {
        QCOMPARE(pairedTest(std::vector<double>{0.5}).kind, TestKind::None);
        QCOMPARE(pairedTest(std::vector<double>{0.5}).difference, 0.5);
        QCOMPARE(welchTest(std::vector<double>{1}, std::vector<double>{2, 3}).kind, TestKind::None);
        const MeanTest short19 = blockTest(std::vector<double>(19, 1.0));
        QCOMPARE(short19.kind, TestKind::None);
        QCOMPARE(short19.difference, 1.0);
        QVERIFY(isUndefined(short19.halfWidth) && isUndefined(short19.p));
        QVERIFY(!short19.leavesZero());
        QVERIFY(isUndefined(blockTest({}).difference));
    }

    void equalDifferencesAreCertain() {
        const MeanTest some = blockTest(std::vector<double>(40, 0.25));
        QCOMPARE(some.halfWidth, 0.0);
        QCOMPARE(some.p, 0.0);
        const MeanTest none = blockTest(std::vector<double>(40, 0.0));
        QCOMPARE(none.p, 1.0);
        QVERIFY(!none.leavesZero());
    }

    void blocksOfIndependentSteps() {
        // Signs in turn: each lag of 1 is negative, so the shortest block does.
        std::vector<double> values;
        for (int i = 0; i < 50; ++i) {
            values.push_back(1 + (i % 2 == 0 ? 0.5 : -0.5) + (i / 5 % 2 == 0 ? 0.1 : -0.1));
        }
        const MeanTest test = blockTest(values);
        QCOMPARE(test.kind, TestKind::Blocks);
        QCOMPARE(test.blockLength, std::size_t{5});
        QCOMPARE(test.count, std::size_t{10});
        QVERIFY(!test.drifts);
        // Block means are 1 + 0.1 + 0.1, 1 - 0.1 - 0.1, ...: their std is 0.2 sqrt(10/9).
        QVERIFY(close(test.difference, 1));
        QVERIFY(close(test.halfWidth, tQuantile(9) * 0.2 / 3));
        QVERIFY(close(test.p, tTwoSided(9, 1 / (0.2 / 3))));
    }

    void aMissingStepIsLeftOut() {
        std::vector<double> values(60, 1.0);
        values[30] = undefined();
        values[31] = HUGE_VAL;
        QCOMPARE(blockTest(values).difference, 1.0);
    }

    void aDriftIsSaid() {
        std::vector<double> values(80);
        std::iota(values.begin(), values.end(), 0.0);
        const MeanTest test = blockTest(values);
        QVERIFY(test.drifts);
        QCOMPARE(test.count, std::size_t{4});
    }

    /// 95 % intervals must cover the mean about that often, although the steps are correlated.
    void intervalsCoverTheMean_data() {
        QTest::addColumn<int>("length");
        QTest::addColumn<double>("rho");
        QTest::addColumn<double>("least");
        QTest::newRow("independent") << 100 << 0.0 << 0.93;
        QTest::newRow("mild") << 100 << 0.5 << 0.91;
        QTest::newRow("strong") << 300 << 0.8 << 0.90;
        QTest::newRow("in cells") << 20000 << 0.9 << 0.92;
    }
    void intervalsCoverTheMean() {
        QFETCH(int, length);
        QFETCH(double, rho);
        QFETCH(double, least);
        std::mt19937_64 random{7};
        const int runs = length > 1000 ? 200 : 1000;
        int covered = 0;
        for (int i = 0; i < runs; ++i) {
            covered += blockTest(autoregressive(static_cast<std::size_t>(length), rho, random))
                               .leavesZero()
                           ? 0
                           : 1;
        }
        QVERIFY2(covered >= least * runs, qPrintable(QString::number(covered)));
        QVERIFY2(covered <= 0.985 * runs, qPrintable(QString::number(covered)));
    }

    void holm() {
        // R: p.adjust(c(.01, .04, .03, .005), "holm")
        const auto adjusted =
            holmAdjusted(std::vector<double>{0.01, 0.04, undefined(), 0.03, 0.005});
        const std::vector<double> wanted{0.03, 0.06, 0, 0.06, 0.02};
        for (const std::size_t i : {0U, 1U, 3U, 4U}) {
            QVERIFY(close(adjusted[i], wanted[i]));
        }
        QVERIFY(isUndefined(adjusted[2]));
        QCOMPARE(holmAdjusted(std::vector<double>{0.9, 0.8})[1], 1.0);
    }
};

QTEST_APPLESS_MAIN(TestMeanTest)
#include "TestMeanTest.moc"
