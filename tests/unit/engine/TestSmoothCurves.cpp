// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frames/SmoothCurves.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace rankscope;
using analysis::MinMaxSeries;
using engine::SmoothCurves;
using engine::SmoothSeries;

namespace {

constexpr double kSpan = 20;

/// Weighted mean of everything since the launch began, by its definition.
double meanAt(const std::vector<double>& raw, std::size_t at,
              const std::vector<std::size_t>& starts) {
    std::size_t start = 0;
    for (const std::size_t s : starts) {
        start = s <= at ? s : start;
    }
    double sum = 0;
    double weights = 0;
    double weight = 1;
    for (std::size_t i = at + 1; i-- > start;) {
        if (std::isfinite(raw[i])) {
            sum += weight * raw[i];
            weights += weight;
            weight *= 1 - 2 / (kSpan + 1);
        }
    }
    return sum / weights;
}

struct Data {
    std::vector<double> plain;
    MinMaxSeries<double> series;
    explicit Data(std::size_t size) {
        std::mt19937_64 random{5};
        std::normal_distribution<double> normal;
        for (std::size_t i = 0; i < size; ++i) {
            const bool hole = i % 17 == 3 || (i >= 300 && i < 340);
            plain.push_back(hole ? std::nan("") : normal(random) + 5);
        }
        series.assign(0, plain);
    }
};

bool same(const MinMaxSeries<double>& a, const MinMaxSeries<double>& b) {
    if (a.size() != b.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i] && !(std::isnan(a[i]) && std::isnan(b[i]))) {
            return false;
        }
    }
    return true;
}

SmoothSeries<double> smoothed(const MinMaxSeries<double>& raw, double span,
                              const std::vector<std::size_t>& starts) {
    SmoothSeries<double> result;
    result.update(raw, span, starts);
    return result;
}

} // namespace

class TestSmoothCurves : public QObject {
    Q_OBJECT
    const std::vector<std::size_t> m_starts{500, 900};
    const SmoothCurves::Clock::time_point m_ample =
        SmoothCurves::Clock::now() + std::chrono::hours(1);

  private slots:
    void agreesWithTheDefinition() {
        const Data data(1500);
        const auto smooth = smoothed(data.series, kSpan, m_starts);
        QCOMPARE(smooth.series().size(), std::size_t{1500});
        for (std::size_t i = 0; i < data.plain.size(); ++i) {
            if (std::isfinite(data.plain[i])) {
                QVERIFY(std::abs(smooth.series()[i] - meanAt(data.plain, i, m_starts)) < 1e-10);
            } else {
                QVERIFY(std::isnan(smooth.series()[i])); // a hole is not bridged
            }
        }
        QCOMPARE(smooth.series()[0], data.plain[0]);     // debiased: no pull to zero
        QCOMPARE(smooth.series()[900], data.plain[900]); // a launch begins anew
    }

    void growsAsStepsComeIn() {
        const Data data(3000);
        SmoothSeries<double> smooth;
        for (std::size_t size = 0; size < 3000; size += 1 + size % 311) {
            MinMaxSeries<double> part;
            part.assign(0, std::span(data.plain).first(size));
            smooth.update(part, kSpan, m_starts);
        }
        smooth.update(data.series, kSpan, m_starts);
        QVERIFY(same(smooth.series(), smoothed(data.series, kSpan, m_starts).series()));
    }

    void amendedStepsAreComputedAgain() {
        Data data(3000);
        auto smooth = smoothed(data.series, kSpan, m_starts);
        for (const std::size_t at : {2999UL, 1700UL, 512UL, 511UL, 0UL}) {
            data.series.set(at, 50);
            smooth.cut(at);
            QVERIFY(!smooth.isOf(kSpan, 3000));
            smooth.update(data.series, kSpan, m_starts);
            QVERIFY(smooth.isOf(kSpan, 3000));
            QVERIFY(same(smooth.series(), smoothed(data.series, kSpan, m_starts).series()));
        }
    }

    void anotherSpanStartsOver() {
        const Data data(1000);
        auto smooth = smoothed(data.series, 300, m_starts);
        smooth.update(data.series, kSpan, m_starts);
        QVERIFY(same(smooth.series(), smoothed(data.series, kSpan, m_starts).series()));
    }

    void aNewLaunchCutsTheCurves() {
        const Data data(1000);
        SmoothCurves curves;
        curves.begin(kSpan, {500}, m_ample);
        QVERIFY(curves.smooth(0, data.series) != nullptr);
        QVERIFY(curves.finish());
        for (const std::vector<std::size_t>& starts :
             {std::vector<std::size_t>{500, 800}, {200, 500}, {}}) {
            curves.begin(kSpan, starts, m_ample);
            QVERIFY(same(*curves.smooth(0, data.series),
                         smoothed(data.series, kSpan, starts).series()));
            QVERIFY(curves.finish());
        }
    }

    void withoutTimeTheLastSpanStays() {
        const Data data(1000);
        const auto never = SmoothCurves::Clock::now() - std::chrono::hours(1);
        SmoothCurves curves;
        curves.begin(kSpan, {}, never);
        QVERIFY(curves.smooth(0, data.series) == nullptr);
        QVERIFY(!curves.finish());
        curves.begin(kSpan, {}, m_ample);
        QVERIFY(curves.smooth(0, data.series) != nullptr);
        QVERIFY(curves.finish());
        curves.begin(100, {}, never);
        const auto* stale = curves.smooth(0, data.series);
        QVERIFY(stale != nullptr && same(*stale, smoothed(data.series, kSpan, {}).series()));
        QVERIFY(!curves.finish());
        curves.begin(100, {}, m_ample); // nobody asks: forgotten
        QVERIFY(curves.finish());
        curves.begin(100, {}, never);
        QVERIFY(curves.smooth(0, data.series) == nullptr);
    }
};

QTEST_APPLESS_MAIN(TestSmoothCurves)
#include "TestSmoothCurves.moc"
