// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/RobustSummary.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using rankscope::analysis::isUndefined;
using rankscope::analysis::RobustSummary;
using rankscope::analysis::robustSummary;

namespace {

double middleOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

bool near(double a, double b) {
    return std::abs(a - b) < 1e-6;
}

} // namespace

class TestRobustSummary : public QObject {
    Q_OBJECT
  private slots:
    void agreesWithTheDefinition() {
        std::mt19937_64 random{1};
        std::normal_distribution<float> normal;
        for (std::size_t size = 1; size < 70; ++size) {
            std::vector<float> values(size);
            std::generate(values.begin(), values.end(), [&] {
                return size % 3 == 0 ? std::round(normal(random)) : normal(random); // with equals
            });
            const std::vector<double> plain(values.begin(), values.end());
            const RobustSummary got = robustSummary(values);
            QCOMPARE(got.count, size);
            const double median = middleOf(plain);
            QVERIFY(near(got.median, median));
            std::vector<double> deviations;
            for (const double x : plain) {
                deviations.push_back(std::abs(x - median));
            }
            QVERIFY(size == 1 ? isUndefined(got.sd) : near(got.sd, 1.4826 * middleOf(deviations)));
        }
    }

    void quantilesInterpolate() {
        std::vector<float> values{4, 0, 1, 3, 2}; // 5 % lies a fifth of the way from 0 to 1
        const RobustSummary got = robustSummary(values);
        QVERIFY(near(got.low, 0.2) && near(got.high, 3.8));
    }

    void nothingIsUndefined() { QVERIFY(isUndefined(robustSummary({}).median)); }

    void aFewDoNotMoveIt() {
        std::vector<float> values{1, 2, 3, 4, 5, 6, 1e9F};
        const RobustSummary got = robustSummary(values);
        QCOMPARE(got.median, 4.0);
        QVERIFY(near(got.sd, 1.4826 * 2));
    }
};

QTEST_APPLESS_MAIN(TestRobustSummary)
#include "TestRobustSummary.moc"
