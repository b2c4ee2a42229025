// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/PanelBuilder.h"

#include "app/engine/run/RankChoice.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

namespace rankscope::engine {

using Curve = RunCurves::Curve;

namespace {

constexpr std::chrono::milliseconds kSmoothing{20}; // of a frame's time, at most
constexpr double kLongest = 1e9;                    // span: a mean over all steps

struct CurvePair {
    Curve low, high;
};

bool isSmoothed(const View& view) {
    return view.smoothing > 1;
}

/// Keys of smoothed lines: the main curves have a map of their own.
std::uint32_t keyOf(RankSignal signal, std::size_t rank) {
    return static_cast<std::uint32_t>(rank * kSignals + static_cast<std::size_t>(signal));
}

} // namespace

struct PanelBuilder::Source {
    PanelFrame RunFrame::*panel;
    Curve mean;
    std::optional<RankSignal> ranks;
    std::optional<CurvePair> spread, range;
};

bool PanelBuilder::build(RunFrame& frame, const RunCurves& curves, const View& view,
                         const Decimation& visible, const std::vector<std::size_t>& starts) {
    using C = RunCurves;
    static const std::array<Source, 5> kPanels{{
        {&RunFrame::loss, C::LossMean, RankSignal::Loss, CurvePair{C::LossMinusStd, C::LossPlusStd},
         CurvePair{C::LossMin, C::LossMax}},
        {&RunFrame::lossDispersion, C::LossStd, {}, {}, {}},
        {&RunFrame::direction,
         C::CosineMean,
         RankSignal::Direction,
         {},
         CurvePair{C::LooMin, C::LooMax}},
        {&RunFrame::normDispersion, C::NormCv, {}, {}, {}},
        {&RunFrame::norms, C::NormMean, RankSignal::GradNorm,
         CurvePair{C::NormMinusStd, C::NormPlusStd}, CurvePair{C::NormMin, C::NormMax}},
    }};
    m_smooth.begin(std::min(view.smoothing, kLongest), starts,
                   SmoothCurves::Clock::now() + kSmoothing);
    const std::vector<std::size_t> shown = shownRanks(curves, view);
    for (const Source& source : kPanels) {
        PanelFrame& panel = frame.*source.panel;
        addMean(panel, curves, view, visible, source);
        if (source.ranks) {
            addRanks(panel, curves, view, visible, *source.ranks, shown);
        }
    }
    frame.loss.nonFinite = visible.marks(curves.nonFinite().loss());
    frame.lossDispersion.nonFinite = frame.loss.nonFinite;
    frame.direction.nonFinite = visible.marks(curves.nonFinite().gradient());
    frame.normDispersion.nonFinite = frame.norms.nonFinite = frame.direction.nonFinite;
    return m_smooth.finish();
}

void PanelBuilder::addMean(PanelFrame& panel, const RunCurves& curves, const View& view,
                           const Decimation& visible, const Source& source) {
    const auto& raw = curves[source.mean];
    const auto* smooth = isSmoothed(view) ? m_smooth.smooth(source.mean, raw) : nullptr;
    panel.mean = visible.line(smooth != nullptr ? *smooth : raw);
    if (smooth != nullptr) {
        panel.rawMean = visible.line(raw);
    }
    const auto area = [&](const std::optional<CurvePair>& pair) {
        return pair ? visible.area(curves[pair->low], curves[pair->high]) : Area{};
    };
    panel.spread = area(source.spread);
    panel.range = area(source.range);
}

void PanelBuilder::addRanks(PanelFrame& panel, const RunCurves& curves, const View& view,
                            const Decimation& visible, RankSignal signal,
                            const std::vector<std::size_t>& shown) {
    if (visible.columns().empty()) {
        return;
    }
    if (curves.ranks() > view.maxLines) {
        panel.middle = visible.area(curves.bundle(signal, RunCurves::Low),
                                    curves.bundle(signal, RunCurves::High));
    }
    for (const ChosenRank& chosen :
         chooseRanks(curves, signal, shown, view, visible.columns().front().first,
                     visible.columns().back().last)) {
        const RunCurves::RankSeries& raw = curves.rank(signal, chosen.rank);
        const auto* smooth =
            isSmoothed(view) ? m_smooth.smooth(keyOf(signal, chosen.rank), raw) : nullptr;
        RankLine line;
        line.rank = RankId{static_cast<RankId::rep>(chosen.rank)};
        line.line = visible.line(smooth != nullptr ? *smooth : raw);
        if (smooth != nullptr && chosen.wanted) {
            line.raw = visible.line(raw);
        }
        line.outlier = chosen.outlier;
        panel.ranks.push_back(std::move(line));
    }
}

} // namespace rankscope::engine
