// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frames/Decimation.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

using namespace rankscope;
using engine::Decimation;
using engine::Line;

namespace {

struct Data {
    std::vector<std::uint64_t> steps;
    analysis::MinMaxSeries<double> series;
    explicit Data(std::size_t size) : steps(size) {
        std::iota(steps.begin(), steps.end(), 0);
        series.resize(size);
        std::mt19937_64 random{9};
        std::normal_distribution<double> normal;
        for (std::size_t i = 0; i < size; ++i) {
            series.set(i, normal(random));
        }
    }
};

const std::vector<double> kNoBreaks;

} // namespace

class TestDecimation : public QObject {
    Q_OBJECT
  private slots:
    void fewStepsAreShownOneByOne() {
        const Data data(10);
        const Line line = Decimation(data.steps, 0, 9, 9, 100, kNoBreaks).line(data.series);
        QCOMPARE(line.x.size(), std::size_t{10});
        for (std::size_t i = 0; i < 10; ++i) {
            QCOMPARE(line.x[i], static_cast<double>(i));
            QCOMPARE(line.y[i], data.series[i]);
        }
    }

    void everySpikeSurvivesAtAnyZoom() {
        Data data(100000);
        data.series.set(77777, 50);
        for (const double span : {99999.0, 30000.0, 900.0, 40.0}) {
            const Line line =
                Decimation(data.steps, 77777 - span / 3, 77777 + span / 3, 99999, 400, kNoBreaks)
                    .line(data.series);
            QVERIFY(line.x.size() <= 900);
            QVERIFY(std::is_sorted(line.x.begin(), line.x.end()));
            const auto top = std::max_element(line.y.begin(), line.y.end());
            QCOMPARE(*top, 50.0);
            const double at = line.x[static_cast<std::size_t>(top - line.y.begin())];
            QVERIFY(std::abs(at - 77777) <= span / 400 * 2);
        }
    }

    void columnsStayPutWhileFollowing() {
        const Data data(5000);
        const Line a = Decimation(data.steps, 0, 3999, 3999, 300, kNoBreaks).line(data.series);
        const Line b = Decimation(data.steps, 0, 4090, 4090, 300, kNoBreaks).line(data.series);
        QVERIFY(std::equal(a.y.begin(), a.y.end() - 4, b.y.begin()));
    }

    void linesReachBothEdges() {
        const Data data(100);
        const Line line = Decimation(data.steps, 40.5, 49.5, 99, 100, kNoBreaks).line(data.series);
        QCOMPARE(line.x.front(), 40.0);
        QCOMPARE(line.x.back(), 50.0);
    }

    void nothingBehindThePlayhead() {
        const Data data(100);
        const Line line = Decimation(data.steps, 0, 99, 60, 100, kNoBreaks).line(data.series);
        QCOMPARE(line.x.back(), 60.0);
        QVERIFY(Decimation(data.steps, 70, 99, 60, 100, kNoBreaks).line(data.series).x.size() <= 1);
    }

    void holesBreaksAndMarks() {
        Data data(20);
        data.series.set(5, std::nan(""));
        const std::vector<double> breaks{10};
        const Decimation decimation(data.steps, 0, 19, 19, 100, breaks);
        const Line line = decimation.line(data.series);
        const auto undefinedAt = [&](double x) {
            for (std::size_t i = 0; i < line.x.size(); ++i) {
                if (line.x[i] == x && std::isnan(line.y[i])) {
                    return true;
                }
            }
            return false;
        };
        QVERIFY(undefinedAt(5));
        QVERIFY(undefinedAt(10)); // and its value follows
        QCOMPARE(line.x.size(), std::size_t{21});
        QCOMPARE(decimation.marks({5, 7, 300}), (std::vector<double>{5, 7}));
    }

    void areasKeepBothSides() {
        Data data(1000);
        analysis::MinMaxSeries<double> above;
        above.resize(1000);
        for (std::size_t i = 0; i < 1000; ++i) {
            above.set(i, data.series[i] + 3);
        }
        const engine::Area area =
            Decimation(data.steps, 0, 999, 999, 100, kNoBreaks).area(data.series, above);
        const auto all = data.series.extent(0, 1000);
        QCOMPARE(*std::min_element(area.low.begin(), area.low.end()), all.min);
        QCOMPARE(*std::max_element(area.high.begin(), area.high.end()), all.max + 3);
    }
};

QTEST_APPLESS_MAIN(TestDecimation)
#include "TestDecimation.moc"
