// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/ChartModel.h"

#include "app/ui/models/Words.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rankscope::ui {

using engine::PanelFrame;
using engine::RunFrame;
using widgets::Ink;
using words::filled;
using words::translate;

namespace {

/// Tell lines of one ink apart, in this order.
constexpr std::array kDashes{widgets::Dash::Solid, widgets::Dash::Long, widgets::Dash::Short};

bool isEnvelope(const PanelFrame& panel) {
    return !panel.middle.x.empty() || panel.ranks.size() > kMaxRankLines;
}

struct PanelText {
    std::string title, unit, yTitle;
};

/// What the lines are smoothed with, for the unit text: its span in steps.
std::string smoothingText(const PanelFrame& panel, const ChartOptions& options) {
    if (panel.rawMean.x.empty() || options.smoothing <= 1)
        return "";
    const bool whole = options.smoothing == std::floor(options.smoothing);
    return filled(translate("ChartModel", ", EMA %1, raw behind"),
                  {widgets::fixedText(options.smoothing, whole ? 0 : 1)});
}

PanelText textOf(ChartKind kind, const PanelFrame& panel, const RunFrame& frame,
                 const ChartOptions& options) {
    const std::string each =
        isEnvelope(panel)
            ? filled(translate("ChartModel", "mean of %1"), {words::ranks(frame.status.world)})
            : translate("ChartModel", "every rank, mean \xC2\xB1 std");
    switch (kind) {
    case ChartKind::Loss:
        return {translate("ChartModel", "Loss"), each, translate("ChartModel", "Loss")};
    case ChartKind::LossDispersion:
        return {translate("ChartModel", "Loss dispersion"),
                translate("ChartModel", "sample std over ranks"),
                translate("ChartModel", "Std of loss")};
    case ChartKind::Direction:
        return {translate("ChartModel", "Direction"),
                translate("ChartModel", "cosine; ranks: leave-one-out"),
                translate("ChartModel", "Cosine")};
    case ChartKind::NormDispersion:
        if (options.norms)
            return {translate("ChartModel", "Gradient norms"), each,
                    translate("ChartModel", "Gradient norm")};
        return {translate("ChartModel", "Gradient norms"),
                translate("ChartModel", "std \xC3\xB7 mean over ranks"),
                translate("ChartModel", "CV of norms")};
    }
    return {};
}

const PanelFrame& panelOf(ChartKind kind, const RunFrame& frame, const ChartOptions& options) {
    switch (kind) {
    case ChartKind::Loss:
        return frame.loss;
    case ChartKind::LossDispersion:
        return frame.lossDispersion;
    case ChartKind::Direction:
        return frame.direction;
    case ChartKind::NormDispersion:
        break;
    }
    return options.norms ? frame.norms : frame.normDispersion;
}

bool isCosine(ChartKind kind) {
    return kind == ChartKind::Direction;
}

/// What a line is called at its end; among many ranks the number says enough.
std::string rankName(RankId rank, const RunFrame& frame) {
    const std::string number = std::to_string(rank.value());
    return frame.status.world > 10 ? number : filled(translate("ChartModel", "rank %1"), {number});
}

/// The ranks that the user picked, each with its dash: the selected one first.
std::vector<std::pair<RankId, widgets::Dash>> chosenRanks(const ChartOptions& options) {
    std::vector<std::pair<RankId, widgets::Dash>> chosen;
    const auto add = [&](RankId rank) {
        chosen.emplace_back(rank, kDashes[chosen.size() % kDashes.size()]);
    };
    if (options.selected)
        add(*options.selected);
    for (const RankId rank : options.pinned)
        if (rank != options.selected)
            add(rank);
    return chosen;
}

bool isChosen(RankId rank, const ChartOptions& options) {
    return options.selected == rank ||
           std::find(options.pinned.begin(), options.pinned.end(), rank) != options.pinned.end();
}

/// The healthy rank whose last value is the median: its end is where the bundle is named.
int bundleRank(const PanelFrame& panel, const ChartOptions& options) {
    std::vector<std::pair<double, int>> ends;
    for (const engine::RankLine& rank : panel.ranks) {
        const auto& y = rank.line.y;
        const auto last =
            std::find_if(y.rbegin(), y.rend(), [](double v) { return std::isfinite(v); });
        if (last != y.rend() && !isChosen(rank.rank, options))
            ends.emplace_back(*last, static_cast<int>(rank.rank.value()));
    }
    if (ends.empty())
        return -1;
    const auto middle = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2);
    std::nth_element(ends.begin(), middle, ends.end());
    return middle->second;
}

widgets::Curve curveOf(const engine::Line& line, Ink ink, widgets::Layer layer) {
    widgets::Curve curve;
    curve.x = line.x;
    curve.y = line.y;
    curve.ink = ink;
    curve.layer = layer;
    return curve;
}

widgets::Curve rankCurve(const engine::RankLine& rank, Ink ink, const RunFrame& frame) {
    widgets::Curve curve = curveOf(rank.line, ink, widgets::Layer::Ranks);
    curve.rank = static_cast<int>(rank.rank.value());
    curve.name = rankName(rank.rank, frame);
    return curve;
}

void addRaw(widgets::ChartFrame& chart, const engine::Line& raw, Ink ink, widgets::Layer layer) {
    if (raw.x.empty())
        return;
    chart.curves.push_back(curveOf(raw, ink, layer));
    chart.curves.back().behind = true;
}

void addBand(widgets::ChartFrame& chart, const engine::Area& area, widgets::BandKind kind,
             bool quiet) {
    if (!area.x.empty())
        chart.bands.push_back({area.x, area.low, area.high, kind, quiet});
}

/// Many ranks: an envelope, and lines only of those that are far out.
void addEnvelope(widgets::ChartFrame& chart, const PanelFrame& panel, const RunFrame& frame,
                 const ChartOptions& options) {
    const bool quantiles = !panel.middle.x.empty();
    addBand(chart, panel.range, widgets::BandKind::Outer, false);
    addBand(chart, quantiles ? panel.middle : panel.spread, widgets::BandKind::Inner, false);
    if (!chart.bands.empty())
        chart.note =
            filled(chart.bands.size() < 2 ? translate("ChartModel", "light: all %1, least to most")
                   : quantiles ? translate("ChartModel", "light: all %1, least to most \xC2\xB7 "
                                                         "darker: 5 to 95 %")
                               : translate("ChartModel", "light: all %1, least to most \xC2\xB7 "
                                                         "darker: mean \xC2\xB1 1 std"),
                   {words::ranks(frame.status.world)});
    std::size_t outliers = 0;
    for (const engine::RankLine& rank : panel.ranks)
        if (rank.outlier && !isChosen(rank.rank, options)) {
            chart.curves.push_back(rankCurve(rank, Ink::Departed, frame));
            chart.curves.back().endLabel = chart.curves.back().name;
            chart.curves.back().dash = kDashes[outliers++ % kDashes.size()];
        }
}

void addLines(widgets::ChartFrame& chart, const PanelFrame& panel, const RunFrame& frame,
              const ChartOptions& options) {
    addBand(chart, panel.range, widgets::BandKind::Outer, true);
    addBand(chart, panel.spread, widgets::BandKind::Inner, true);
    const int bundle = bundleRank(panel, options);
    for (const engine::RankLine& rank : panel.ranks) {
        if (isChosen(rank.rank, options))
            continue;
        chart.curves.push_back(rankCurve(rank, Ink::Healthy, frame));
        if (chart.curves.back().rank == bundle)
            chart.curves.back().endLabel = translate("ChartModel", "ranks");
    }
}

void addRanks(widgets::ChartFrame& chart, const PanelFrame& panel, const RunFrame& frame,
              const ChartOptions& options) {
    if (isEnvelope(panel))
        addEnvelope(chart, panel, frame, options);
    else
        addLines(chart, panel, frame, options);
}

void addMain(widgets::ChartFrame& chart, const PanelFrame& panel, const RunFrame& frame,
             const ChartOptions& options) {
    const bool beside = !panel.ranks.empty() || !panel.range.x.empty();
    const bool named = beside && frame.status.world > 1;
    addRaw(chart, panel.rawMean, Ink::Mean, widgets::Layer::Mean);
    for (const engine::RankLine& rank : panel.ranks)
        if (isChosen(rank.rank, options))
            addRaw(chart, rank.raw, Ink::Chosen, widgets::Layer::Ranks);
    chart.curves.push_back(curveOf(panel.mean, Ink::Mean, widgets::Layer::Mean));
    chart.curves.back().endLabel = named ? translate("ChartModel", "mean") : "";
}

/// Where a launch went that another took over from.
void addEarlier(widgets::ChartFrame& chart, const PanelFrame& panel) {
    for (const engine::EarlierLine& earlier : panel.earlier) {
        chart.curves.push_back(curveOf(earlier.line, Ink::Mean, widgets::Layer::Restarts));
        chart.curves.back().name = filled(translate("ChartModel", "given up, generation %1"),
                                          {std::to_string(earlier.generation)});
    }
}

/// Drawn last: what the user picked is never covered. The selected one on top.
void addChosen(widgets::ChartFrame& chart, const PanelFrame& panel, const RunFrame& frame,
               const ChartOptions& options) {
    const auto chosen = chosenRanks(options);
    for (auto pick = chosen.rbegin(); pick != chosen.rend(); ++pick)
        for (const engine::RankLine& rank : panel.ranks)
            if (rank.rank == pick->first) {
                chart.curves.push_back(rankCurve(rank, Ink::Chosen, frame));
                chart.curves.back().endLabel = chart.curves.back().name;
                chart.curves.back().dash = pick->second;
            }
}

void addPair(widgets::ChartFrame& chart, const engine::PairFrame& pair) {
    if (pair.cosine.x.empty())
        return;
    addBand(chart, pair.error, widgets::BandKind::Error, false);
    chart.curves.push_back(curveOf(pair.cosine, Ink::Chosen, widgets::Layer::Ranks));
    chart.curves.back().endLabel = pairName(pair.a, pair.b);
    chart.curves.back().name = chart.curves.back().endLabel;
    if (!pair.complete)
        chart.unit += translate("ChartModel", ", pair: coarse so far");
}

std::string restartText(const engine::Restart& restart, bool whole) {
    std::string text =
        filled(translate("ChartModel", "restart %1"), {std::to_string(restart.generation)});
    if (whole && restart.world != restart.worldBefore)
        text += filled(translate("ChartModel", ", from %1 to %2"),
                       {std::to_string(restart.worldBefore), words::ranks(restart.world)});
    if (whole && restart.givenUp > 0)
        text += restart.givenUp == 1
                    ? translate("ChartModel", ", 1 step given up (dotted)")
                    : filled(translate("ChartModel", ", %1 steps given up (dotted)", nullptr,
                                       words::forPlural(restart.givenUp)),
                             {widgets::countText(restart.givenUp)});
    return text;
}

void addMarks(widgets::ChartFrame& chart, ChartKind kind, const PanelFrame& panel,
              const RunFrame& frame, const ChartOptions& options) {
    const bool whole = kind == kCharts[0]; // said once; the other panels have its line
    for (const engine::GapSpan& gap : frame.gaps) {
        const std::string brief = translate("ChartModel", "gap");
        chart.gaps.push_back(
            {gap.first, gap.last,
             whole ? filled(translate("ChartModel", "gap: %1"), {gap.cause}) : brief, brief});
    }
    for (const engine::Restart& restart : frame.restarts)
        chart.restarts.push_back(
            {restart.step, restartText(restart, whole), restartText(restart, false)});
    for (const double step : panel.nonFinite) {
        std::string label = "NaN";
        for (const engine::NonFiniteRank& rank : frame.nonFiniteRanks)
            if (static_cast<double>(rank.first.value()) == step)
                label += " " + std::to_string(rank.rank.value());
        chart.nonFinite.push_back({step, std::move(label)});
    }
    chart.notes = options.notes;
    if (!whole)
        for (widgets::NoteMark& note : chart.notes)
            note.text.clear();
    const auto references = options.references.find(kind);
    if (references != options.references.end())
        chart.references = references->second;
    chart.hidden = options.hidden;
}

} // namespace

widgets::ChartFrame chartFrame(ChartKind kind, const RunFrame& frame, const ChartOptions& options) {
    const PanelFrame& panel = panelOf(kind, frame, options);
    widgets::ChartFrame chart;
    const PanelText text = textOf(kind, panel, frame, options);
    chart.title = text.title;
    chart.unit = text.unit + smoothingText(panel, options);
    chart.yTitle = text.yTitle;
    chart.xTitle = translate("ChartModel", "Step");
    chart.logY = options.logY && !isCosine(kind);
    if (chart.logY)
        chart.unit += translate("ChartModel", ", log");
    chart.fromZero =
        kind == ChartKind::LossDispersion || (kind == ChartKind::NormDispersion && !options.norms);
    chart.zeroLine = isCosine(kind);
    chart.numbers = isCosine(kind) ? widgets::NumberStyle::Cosine : widgets::NumberStyle::Plain;
    const double air = options.following || frame.viewLast <= frame.viewFirst ? 0.5 : 0;
    chart.first = frame.viewFirst - air;
    chart.last = frame.viewLast + air;
    if (frame.empty)
        return chart;
    if (frame.status.world > 1) // one rank is its own mean
        addRanks(chart, panel, frame, options);
    addEarlier(chart, panel);
    addMain(chart, panel, frame, options);
    if (frame.status.world > 1)
        addChosen(chart, panel, frame, options);
    if (kind == ChartKind::Direction && frame.pair)
        addPair(chart, *frame.pair);
    addMarks(chart, kind, panel, frame, options);
    chart.summary = chartSummary(kind, frame, options) + gapSummary(frame);
    return chart;
}

} // namespace rankscope::ui
