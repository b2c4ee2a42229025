// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/MinMaxSeries.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

using rankscope::analysis::Extent;
using rankscope::analysis::MinMaxSeries;

class TestMinMaxSeries : public QObject {
    Q_OBJECT

    static void compareAll(const MinMaxSeries<double>& series, const std::vector<double>& plain,
                           std::mt19937_64& random) {
        for (int query = 0; query < 300; ++query) {
            std::size_t a = random() % (plain.size() + 1);
            std::size_t b = random() % (plain.size() + 1);
            if (a > b) {
                std::swap(a, b);
            }
            Extent<double> expected;
            for (std::size_t i = a; i < b; ++i) {
                if (std::isfinite(plain[i])) {
                    expected.add(plain[i]);
                }
            }
            const Extent<double> got = series.extent(a, b);
            QCOMPARE(got.any, expected.any);
            QVERIFY(!got.any || (got.min == expected.min && got.max == expected.max));
        }
    }

  private slots:
    void anyStretchAgreesWithAScan() {
        std::mt19937_64 random{1};
        std::normal_distribution<double> normal;
        MinMaxSeries<double> series;
        std::vector<double> plain;
        const double nan = std::numeric_limits<double>::quiet_NaN();
        while (plain.size() < 20000) {
            const std::size_t grow = random() % 700;
            plain.resize(plain.size() + grow, nan);
            series.resize(plain.size());
            for (std::size_t i = 0; i < grow; ++i) { // also amends what is already there
                const std::size_t at = random() % plain.size();
                plain[at] = random() % 20 == 0 ? nan : normal(random);
                series.set(at, plain[at]);
            }
        }
        compareAll(series, plain, random);
    }

    void aSpikeSurvivesAndGoesWhenAmended() {
        MinMaxSeries<float> series;
        series.resize(100000);
        for (std::size_t i = 0; i < series.size(); ++i) {
            series.set(i, 1.0F);
        }
        series.set(54321, 9.0F);
        QCOMPARE(series.extent(0, series.size()).max, 9.0F);
        series.set(54321, 1.0F);
        QCOMPARE(series.extent(0, series.size()).max, 1.0F);
    }

    void spreadMakesRoom() {
        std::mt19937_64 random{2};
        MinMaxSeries<double> series;
        series.resize(500);
        std::vector<std::size_t> places;
        std::vector<double> plain(1000, std::nan(""));
        for (std::size_t i = 0; i < 500; ++i) {
            series.set(i, static_cast<double>(i));
            places.push_back(2 * i + 1);
            plain[2 * i + 1] = static_cast<double>(i);
        }
        series.spread(places, 1000);
        QCOMPARE(series.size(), std::size_t{1000});
        compareAll(series, plain, random);
    }
};

QTEST_APPLESS_MAIN(TestMinMaxSeries)
#include "TestMinMaxSeries.moc"
