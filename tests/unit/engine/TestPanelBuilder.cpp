// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/PanelBuilder.h"

#include "tests/support/Curves.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace rankscope;
using engine::Decimation;
using engine::PanelBuilder;
using engine::RankSignal;
using engine::RunCurves;
using engine::RunFrame;
using engine::View;
using support::noise;
using support::Signals;

namespace {

constexpr std::size_t kSteps = 3000;
constexpr std::uint32_t kRanks = 40;
const std::vector<double> kNoBreaks;

RunCurves someCurves() {
    RunCurves curves;
    support::enterSteps(curves, 0, kSteps, kRanks, [](std::uint64_t step, std::uint32_t rank) {
        return Signals{2 + 0.1 * noise(step, rank) + (rank == 7 ? 0.2 : 0),
                       0.3 + 0.01 * noise(step, rank, 1), 1 + 0.1 * noise(step, rank, 2)};
    });
    return curves;
}

RunFrame frameOf(PanelBuilder& panels, const RunCurves& curves, const View& view, double first = 0,
                 double last = kSteps - 1) {
    RunFrame frame;
    const Decimation visible(curves.steps(), first, last, kSteps - 1, view.columns, kNoBreaks);
    while (!panels.build(frame, curves, view, visible, {})) {
        frame = {};
    }
    return frame;
}

} // namespace

class TestPanelBuilder : public QObject {
    Q_OBJECT
    const RunCurves m_curves = someCurves();

  private slots:
    void manyRanksAreABandAndTheirOutliers() {
        PanelBuilder panels;
        View view;
        view.wanted = {RankId{2}};
        const RunFrame frame = frameOf(panels, m_curves, view, 100, 200);
        QCOMPARE(frame.loss.ranks.size(), std::size_t{2});
        QCOMPARE(frame.loss.ranks[0].rank, RankId{2});
        QVERIFY(!frame.loss.ranks[0].outlier);
        QCOMPARE(frame.loss.ranks[1].rank, RankId{7});
        QVERIFY(frame.loss.ranks[1].outlier);
        QCOMPARE(frame.direction.ranks.size(), std::size_t{1}); // its direction is sound
        for (const engine::PanelFrame* panel : {&frame.loss, &frame.direction, &frame.norms}) {
            QCOMPARE(panel->middle.x.size(), std::size_t{103}); // a neighbour on either side
        }
        QVERIFY(frame.lossDispersion.middle.x.empty());
        std::vector<double> losses; // at step 150
        for (std::uint32_t rank = 0; rank < kRanks; ++rank) {
            losses.push_back(static_cast<double>(m_curves.rank(RankSignal::Loss, rank)[150]));
        }
        std::sort(losses.begin(), losses.end());
        const auto at = static_cast<std::size_t>(
            std::find(frame.loss.middle.x.begin(), frame.loss.middle.x.end(), 150) -
            frame.loss.middle.x.begin());
        // 5 % of the 39 intervals between 40 ranks is .95 of the way from the 2nd to the 3rd
        QVERIFY(std::abs(frame.loss.middle.low[at] - (.05 * losses[1] + .95 * losses[2])) < 1e-6);
        view.maxLines = 40;
        const RunFrame all = frameOf(panels, m_curves, view);
        QCOMPARE(all.loss.ranks.size(), std::size_t{40});
        QVERIFY(all.loss.middle.x.empty());
    }

    void fewRanksHaveNoQuantiles() {
        RunCurves curves;
        support::enterSteps(curves, 0, kSteps, 12, [](std::uint64_t step, std::uint32_t rank) {
            return Signals{noise(step, rank), 0, 1};
        });
        PanelBuilder panels;
        View view;
        view.maxLines = 4;
        QVERIFY(frameOf(panels, curves, view).loss.middle.x.empty());
    }

    void smoothLinesHaveTheRawBehindThem() {
        PanelBuilder panels;
        View view;
        view.columns = 100;
        view.wanted = {RankId{2}};
        const RunFrame raw = frameOf(panels, m_curves, view);
        QVERIFY(raw.loss.rawMean.x.empty() && raw.loss.ranks[0].raw.x.empty());
        view.smoothing = 50;
        const RunFrame smooth = frameOf(panels, m_curves, view);
        QCOMPARE(smooth.loss.rawMean.y, raw.loss.mean.y);
        QCOMPARE(smooth.loss.ranks[0].raw.y, raw.loss.ranks[0].line.y);
        QVERIFY(smooth.loss.ranks[1].raw.x.empty()); // an outlier that nobody picked
        QVERIFY(smooth.loss.ranks[1].line.y != raw.loss.ranks[1].line.y);
        QCOMPARE(smooth.loss.range.low, raw.loss.range.low);
        QVERIFY(!smooth.direction.rawMean.x.empty() || raw.direction.mean.x.empty());
        QVERIFY(!smooth.norms.rawMean.x.empty() && !smooth.lossDispersion.rawMean.x.empty());
        view.smoothing = 1;
        QVERIFY(frameOf(panels, m_curves, view).loss.rawMean.x.empty());
    }

    void smoothingIsOfAllStepsNotOfThePoints() {
        PanelBuilder panels;
        View view;
        view.columns = 100; // 32 steps each
        view.smoothing = 50;
        const RunFrame frame = frameOf(panels, m_curves, view);
        const auto& raw = m_curves[RunCurves::LossMean];
        double sum = 0;
        double weight = 0;
        std::vector<double> smooth;
        for (std::size_t i = 0; i < kSteps; ++i) {
            sum = sum * (1 - 2 / 51.0) + raw[i];
            weight = weight * (1 - 2 / 51.0) + 1;
            smooth.push_back(sum / weight);
        }
        for (std::size_t i = 64; i < 96; i += 32) { // one column: its extremes
            const auto begin = smooth.begin() + static_cast<std::ptrdiff_t>(i);
            const auto [least, most] = std::minmax_element(begin, begin + 32);
            const auto x = std::find(frame.loss.mean.x.begin(), frame.loss.mean.x.end(),
                                     static_cast<double>(i));
            const auto at = static_cast<std::size_t>(x - frame.loss.mean.x.begin());
            const double a = frame.loss.mean.y[at];
            const double b = frame.loss.mean.y[at + 1];
            QVERIFY(std::abs(std::min(a, b) - *least) < 1e-12);
            QVERIFY(std::abs(std::max(a, b) - *most) < 1e-12);
        }
    }
};

QTEST_APPLESS_MAIN(TestPanelBuilder)
#include "TestPanelBuilder.moc"
