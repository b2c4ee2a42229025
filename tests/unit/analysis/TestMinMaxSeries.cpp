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
            double sum = 0;
            std::uint64_t count = 0;
            for (std::size_t i = a; i < b; ++i) {
                sum += std::isfinite(plain[i]) ? plain[i] : 0;
                count += std::isfinite(plain[i]) ? 1 : 0;
            }
            QCOMPARE(series.total(a, b).count, count);
            QVERIFY(std::abs(series.total(a, b).sum - sum) < 1e-8);
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

    void manyAtOnceAreAsOneByOne() {
        std::mt19937_64 random{4};
        std::normal_distribution<double> normal;
        MinMaxSeries<double> series;
        std::vector<double> plain;
        for (int i = 0; i < 100; ++i) { // behind the end, within, and across it
            const std::size_t first = random() % (plain.size() + 50);
            std::vector<double> values(random() % 400);
            for (double& x : values) {
                x = random() % 20 == 0 ? std::nan("") : normal(random);
            }
            series.assign(first, values);
            if (!values.empty()) {
                plain.resize(std::max(plain.size(), first + values.size()), std::nan(""));
                std::copy(values.begin(), values.end(),
                          plain.begin() + static_cast<std::ptrdiff_t>(first));
            }
            QCOMPARE(series.size(), plain.size());
        }
        compareAll(series, plain, random);
    }

    void meansOfMillionsKeepTheirDigits() {
        MinMaxSeries<float> series;
        series.resize(1 << 20);
        double sum = 0;
        for (std::size_t i = 0; i < series.size(); ++i) {
            const float value = 2 + 1e-3F * static_cast<float>(i % 7);
            series.set(i, value);
            sum += static_cast<double>(value);
        }
        const auto total = series.total(0, series.size());
        QVERIFY(std::abs(total.sum - sum) < 1e-6 * sum);
        QVERIFY(std::abs(total.mean() - 2.003) < 1e-6);
    }

    void differencesAreTakenWhereBothAre() {
        std::mt19937_64 random{3};
        std::normal_distribution<float> normal;
        for (const std::size_t hole : {1UL, 3UL, 40UL, 700UL}) { // every other stretch of so many
            MinMaxSeries<float> line;
            MinMaxSeries<float> middle;
            line.resize(5000);
            middle.resize(6000);
            for (std::size_t i = 0; i < middle.size(); ++i) {
                middle.set(i, 5 - 0.0005F * static_cast<float>(i)); // falls: holes matter
                if (i < line.size() && i / hole % 2 == 0) {
                    line.set(i, middle[i] + 0.25F + 0.01F * normal(random));
                }
            }
            for (int query = 0; query < 200; ++query) {
                std::size_t a = random() % 6000;
                std::size_t b = random() % 6000;
                if (a > b) {
                    std::swap(a, b);
                }
                double sum = 0;
                std::uint64_t count = 0;
                for (std::size_t i = a; i < std::min(b, line.size()); ++i) {
                    if (std::isfinite(line[i])) {
                        sum += static_cast<double>(line[i] - middle[i]);
                        ++count;
                    }
                }
                const auto got = difference(line, middle, a, b, 96);
                QCOMPARE(got.count, count);
                // Few long holes: exactly. Many short ones: parts of 100 steps, over which the
                // middle falls by .05, and the line's half of them lies anywhere in there.
                const double worst = hole >= 700 ? 1e-6 : 0.02;
                QVERIFY(std::abs(got.sum - sum) <= worst * static_cast<double>(count) + 1e-3);
            }
        }
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

    void rearrangingMakesRoomAndForgets() {
        std::mt19937_64 random{2};
        MinMaxSeries<double> series;
        std::vector<double> plain;
        for (int round = 0; round < 60; ++round) {
            const std::size_t first = plain.empty() ? 0 : random() % plain.size();
            std::vector<std::size_t> sources;
            std::vector<double> moved(plain.begin(), plain.begin() + static_cast<int>(first));
            for (std::size_t at = first; at < plain.size(); ++at) {
                if (random() % 10 > 0) {
                    sources.push_back(at);
                    moved.push_back(plain[at]);
                }
                for (; random() % 5 == 0;) {
                    sources.push_back(MinMaxSeries<double>::kHole);
                    moved.push_back(std::nan(""));
                }
            }
            series.rearrange(first, sources);
            plain = moved;
            QCOMPARE(series.size(), plain.size());
            compareAll(series, plain, random);
            const std::vector<double> more(random() % 200, static_cast<double>(round));
            series.assign(plain.size(), more);
            plain.insert(plain.end(), more.begin(), more.end());
        }
    }

    void whatCoversWholeBlocksIsExactWithoutTheirValues() {
        constexpr std::size_t kBlock = MinMaxSeries<float>::kBlock;
        constexpr std::size_t kSize = 40 * kBlock + 30;
        const auto value = [](std::size_t i) {
            return i % 11 == 0 ? std::nanf("") : std::sin(0.01F * static_cast<float>(i));
        };
        MinMaxSeries<float> fine;
        std::vector<float> values(kSize);
        for (std::size_t i = 0; i < kSize; ++i) {
            values[i] = value(i);
        }
        fine.assign(0, values);
        MinMaxSeries<float> coarse; // made of nodes alone
        for (std::size_t block = 0; block <= 40; ++block) {
            coarse.setNode(block, fine.node(block), kSize);
            QVERIFY(!coarse.isFine(block));
        }
        QCOMPARE(coarse.size(), kSize);
        for (std::size_t a = 0; a <= 40; a += 3) {
            for (std::size_t b = a; b <= 40; ++b) {
                const auto want = fine.total(a * kBlock, b * kBlock);
                const auto got = coarse.total(a * kBlock, b * kBlock);
                QVERIFY(got.sum == want.sum && got.count == want.count);
                const auto extent = coarse.extent(a * kBlock, b * kBlock);
                const auto expected = fine.extent(a * kBlock, b * kBlock);
                QVERIFY(extent.any == expected.any);
                QVERIFY(!extent.any || (extent.min == expected.min && extent.max == expected.max));
            }
        }
        // Of a part the block's extremes and its share.
        QCOMPARE(coarse.extent(300, 310).max, fine.extent(256, 512).max);
        const auto node = fine.node(1);
        QVERIFY(qAbs(coarse.total(300, 310).mean() - node.sum / node.count) < 1e-9);
        QCOMPARE(coarse.total(300, 428).count, std::uint64_t{(node.count + 1) / 2});
        QCOMPARE(coarse[300], static_cast<float>(node.sum / node.count));
        // Refined block by block it is what it was, and again without.
        for (std::size_t block : {3U, 40U, 0U}) {
            const auto part = std::span(values).subspan(block * kBlock);
            coarse.assign(block * kBlock, part.first(std::min(kBlock, part.size())));
            QVERIFY(coarse.isFine(block));
        }
        QVERIFY(coarse.total(0, kSize).sum == fine.total(0, kSize).sum);
        QCOMPARE(coarse[3 * kBlock + 7], values[3 * kBlock + 7]);
        fine.coarsen(5);
        QVERIFY(!fine.isFine(5) && fine.isFine(6));
        QVERIFY(coarse.total(0, kSize).sum == fine.total(0, kSize).sum);
    }

    void blocksOfHolesAreFineWithoutMemory() {
        MinMaxSeries<float> series;
        series.resize(1000);
        series.set(700, 1);
        QVERIFY(series.isFine(0) && series.isFine(2));
        series.coarsen(0);
        QVERIFY(series.isFine(0));
        QVERIFY(std::isnan(series[10]) && std::isnan(series[699]));
        QVERIFY(!series.extent(0, 700).any);
    }

    void whatIsBehindIsForgotten() {
        std::mt19937_64 random{5};
        std::vector<double> plain(9000);
        for (double& x : plain) {
            x = static_cast<double>(random() % 1000);
        }
        for (const std::size_t size : {8192, 8000, 4097, 256, 255, 1, 0}) {
            MinMaxSeries<double> series;
            series.assign(0, plain);
            series.truncate(size);
            QCOMPARE(series.size(), size);
            plain.resize(size);
            compareAll(series, plain, random);
            const std::vector<double> more(300, 5.0);
            series.assign(size, more);
            plain.insert(plain.end(), more.begin(), more.end());
            compareAll(series, plain, random);
            plain.resize(size);
        }
    }
};

QTEST_APPLESS_MAIN(TestMinMaxSeries)
#include "TestMinMaxSeries.moc"
