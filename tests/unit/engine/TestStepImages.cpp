// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/StepImages.h"

#include "tests/support/Curves.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace rankscope;
using engine::RankSignal;
using engine::RankStepImage;
using engine::RunCurves;
using engine::StepImages;
using support::noise;
using support::Signals;

namespace {

constexpr std::uint32_t kRanks = 20;

/// Falling loss; rank 4 is away from step 3,000 on, rank 6 is silent from 1,000 to 2,000, rank 8
/// reports every other step. Steps are even numbers.
Signals signalsOf(std::uint64_t step, std::uint32_t rank) {
    if ((rank == 6 && step >= 1000 && step < 2000) || (rank == 8 && step % 4 == 0)) {
        return {NAN, NAN, NAN};
    }
    const double away = rank == 4 && step >= 3000 ? 0.5 : 0;
    return {4 - 1e-4 * static_cast<double>(step) + 0.1 * noise(step, rank) + away,
            0.2 + 0.05 * noise(step, rank, 1), NAN};
}

void enter(RunCurves& curves, std::uint64_t first, std::uint64_t last) {
    std::vector<Step> amended;
    for (std::uint64_t step = first; step < last; step += 2) {
        amended.emplace_back(step);
    }
    curves.enter(amended,
                 [](Step step) { return support::measuresOf(step.value(), kRanks, signalsOf); });
}

RunCurves curvesOf(std::uint64_t last) {
    RunCurves curves;
    enter(curves, 0, last);
    return curves;
}

std::vector<std::size_t> allRanks() {
    std::vector<std::size_t> ranks(kRanks);
    std::iota(ranks.begin(), ranks.end(), 0);
    return ranks;
}

double middleOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/// A cell by its definition.
double cellOf(const RunCurves& curves, RankSignal signal, std::size_t rank, std::size_t first,
              std::size_t last) {
    double away = 0;
    double count = 0;
    double sd = 0;
    for (std::size_t i = first; i < last; ++i) {
        std::vector<double> values;
        double own = NAN;
        for (std::size_t r = 0; r < kRanks; ++r) {
            const Signals s = signalsOf(curves.steps()[i], static_cast<std::uint32_t>(r));
            const double value = signal == RankSignal::Loss ? s.loss : s.direction;
            own = r == rank ? value : own;
            if (std::isfinite(value)) {
                values.push_back(value);
            }
        }
        const double median = middleOf(values);
        for (double& x : values) {
            x = std::abs(x - median);
        }
        sd += 1.4826 * middleOf(values) / static_cast<double>(last - first);
        away += std::isfinite(own) ? own - median : 0;
        count += std::isfinite(own) ? 1 : 0;
    }
    return away / count / sd;
}

bool same(const RankStepImage& a, const RankStepImage& b) {
    return a.ranks == b.ranks && a.first == b.first && a.stepsPerCell == b.stepsPerCell &&
           std::equal(a.distance.begin(), a.distance.end(), b.distance.begin(), b.distance.end(),
                      [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

} // namespace

class TestStepImages : public QObject {
    Q_OBJECT
    const RunCurves m_curves = curvesOf(10000); // 5,000 steps

  private slots:
    void cellsAgreeWithAScan() {
        for (const auto& [first, last] :
             {std::pair{0.0, 9998.0}, {500.0, 1100.0}, {2800.0, 5001.0}}) {
            for (const RankSignal signal : {RankSignal::Loss, RankSignal::Direction}) {
                StepImages images;
                const auto image = images.build(m_curves, signal, allRanks(), first, last, 9998);
                QVERIFY(image != nullptr);
                QCOMPARE(image->signal, signal);
                const std::size_t columns = image->first.size();
                QVERIFY(columns <= StepImages::kColumns + 1);
                QCOMPARE(image->distance.size(), kRanks * columns);
                const auto width = static_cast<std::size_t>(image->stepsPerCell);
                for (std::size_t c = 0; c < columns; c += 7) {
                    const auto place = static_cast<std::size_t>(image->first[c]) / 2;
                    QCOMPARE(place % width, std::size_t{0}); // cells stay put
                    for (std::size_t r = 0; r < kRanks; ++r) {
                        const double got = static_cast<double>(image->distance[r * columns + c]);
                        const double expected = cellOf(m_curves, signal, r, place,
                                                       std::min(place + width, std::size_t{5000}));
                        QVERIFY(std::isnan(expected) ? std::isnan(got)
                                                     : std::abs(got - expected) < 0.02);
                    }
                }
            }
        }
    }

    void aDepartedRankStandsOut() {
        StepImages images;
        const auto image = images.build(m_curves, RankSignal::Loss, allRanks(), 0, 9998, 9998);
        QCOMPARE(image->stepsPerCell, std::uint64_t{16});
        const std::size_t columns = image->first.size();
        for (std::size_t c = 0; c < columns; ++c) {
            const float cell = image->distance[4 * columns + c];
            QVERIFY(image->first[c] < 2990 ? std::abs(cell) < 2
                                           : image->first[c] < 3000 || cell > 3);
        }
    }

    void onlyTheRanksThatAreShown() {
        StepImages images;
        const auto all = images.build(m_curves, RankSignal::Loss, allRanks(), 0, 700, 9998);
        const auto some = images.build(m_curves, RankSignal::Loss, {4, 9}, 0, 700, 9998);
        QCOMPARE(some->ranks, (std::vector<RankId>{RankId{4}, RankId{9}}));
        const std::size_t columns = all->first.size();
        QVERIFY(std::equal(some->distance.begin() + static_cast<std::ptrdiff_t>(columns),
                           some->distance.end(),
                           all->distance.begin() + static_cast<std::ptrdiff_t>(9 * columns)));
        QVERIFY(images.build(m_curves, RankSignal::Loss, {}, 0, 700, 9998) == nullptr);
        QVERIFY(images.build(m_curves, RankSignal::Loss, {4}, 10100, 10200, 9998) == nullptr);
    }

    void panningAndZoomingGiveWhatAFreshImageGives() {
        StepImages images;
        std::shared_ptr<const RankStepImage> last;
        for (int i = 0; i < 40; ++i) {
            const double first = 100.0 * ((7 * i) % 31);
            const double span = i % 5 == 0 ? 6000 : 1500;
            const double end = i % 3 == 0 ? 4017 : 9998; // a playhead within a cell
            last = images.build(m_curves, RankSignal::Loss, allRanks(), first, first + span, end);
            StepImages fresh;
            QVERIFY(same(*last, *fresh.build(m_curves, RankSignal::Loss, allRanks(), first,
                                             first + span, end)));
            QVERIFY(images.build(m_curves, RankSignal::Loss, allRanks(), first, first + span,
                                 end) == last);
        }
    }

    void newAndAmendedStepsAreComputed() {
        RunCurves curves = curvesOf(3000);
        StepImages images;
        for (std::uint64_t end = 3000; end < 6000; end += 74) {
            const auto before = images.build(curves, RankSignal::Loss, allRanks(), 0, 6000, 6000);
            enter(curves, end - 200, end + 74); // some of them again
            images.cut((end - 200) / 2);
            const auto now = images.build(curves, RankSignal::Loss, allRanks(), 0, 6000, 6000);
            QVERIFY(now != before);
            StepImages fresh;
            QVERIFY(same(*now, *fresh.build(curves, RankSignal::Loss, allRanks(), 0, 6000, 6000)));
        }
    }
};

QTEST_APPLESS_MAIN(TestStepImages)
#include "TestStepImages.moc"
