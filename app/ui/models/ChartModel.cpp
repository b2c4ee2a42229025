// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/ChartModel.h"

#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>

namespace rankscope::ui {

using engine::PanelFrame;
using engine::RunFrame;
using widgets::Ink;

namespace {

struct PanelText {
    const char* title;
    const char* unit;
    const char* yTitle;
};

PanelText textOf(ChartKind kind, const ChartOptions& options) {
    switch (kind) {
    case ChartKind::Loss:
        return {"Loss", "every rank, mean \xC2\xB1 std", "Loss"};
    case ChartKind::LossDispersion:
        return {"Loss dispersion", "sample std over ranks", "Std of loss"};
    case ChartKind::Direction:
        return {"Direction", "cosine; ranks: leave-one-out", "Cosine"};
    case ChartKind::NormDispersion:
        return options.norms
                   ? PanelText{"Gradient norms", "every rank, mean \xC2\xB1 std", "Gradient norm"}
                   : PanelText{"Gradient norms", "std \xC3\xB7 mean over ranks",
                               "CV of norms"};
    }
    return {"", "", ""};
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

std::string rankName(std::size_t rank, std::size_t world) {
    return (world > 10 ? "" : "rank ") + std::to_string(rank);
}

std::size_t pointsOf(const PanelFrame& panel) {
    std::size_t points = panel.mean.x.size();
    for (const engine::RankLine& rank : panel.ranks)
        points += rank.line.x.size();
    return points;
}

/// The healthy rank whose last value is the median: its end is where the bundle is named.
int bundleRank(const PanelFrame& panel, std::optional<RankId> selected) {
    std::vector<std::pair<double, int>> ends;
    for (const engine::RankLine& rank : panel.ranks) {
        const auto& y = rank.line.y;
        const auto last =
            std::find_if(y.rbegin(), y.rend(), [](double v) { return std::isfinite(v); });
        if (last != y.rend() && selected != rank.rank)
            ends.emplace_back(*last, static_cast<int>(rank.rank.value()));
    }
    if (ends.empty())
        return -1;
    const auto middle = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2);
    std::nth_element(ends.begin(), middle, ends.end());
    return middle->second;
}

void addBands(widgets::ChartFrame& chart, const PanelFrame& panel, bool quiet) {
    if (!panel.range.x.empty())
        chart.bands.push_back(
            {panel.range.x, panel.range.low, panel.range.high, widgets::BandKind::Outer, quiet});
    if (!panel.spread.x.empty())
        chart.bands.push_back(
            {panel.spread.x, panel.spread.low, panel.spread.high, widgets::BandKind::Inner, quiet});
}

void addRanks(widgets::ChartFrame& chart, const PanelFrame& panel, std::uint32_t world,
              const ChartOptions& options) {
    const bool lines = panel.ranks.size() <= kMaxRankLines && pointsOf(panel) <= kMaxPoints;
    const bool all = lines && panel.middle.x.empty(); // not only the outliers
    addBands(chart, panel, all);
    if (!all && !chart.bands.empty())
        chart.note = "grey: all " + widgets::countText(world) + " ranks, least to most" +
                     (panel.spread.x.empty() ? "" : " \xC2\xB7 inner band: mean \xC2\xB1 1 std");
    const int bundle = all ? bundleRank(panel, options.selected) : -1;
    for (const engine::RankLine& rank : panel.ranks) {
        if (options.selected == rank.rank || !lines)
            continue;
        const int id = static_cast<int>(rank.rank.value());
        chart.curves.push_back(
            {rank.line.x, rank.line.y, Ink::Healthy, id, id == bundle ? "ranks" : ""});
    }
}

void addMain(widgets::ChartFrame& chart, const PanelFrame& panel, const ChartOptions& options) {
    const bool named = panel.ranks.size() > 1 || !panel.middle.x.empty();
    chart.curves.push_back({panel.mean.x, panel.mean.y, Ink::Mean, -1, named ? "mean" : "",
                            widgets::Dash::Solid, false, widgets::Layer::Mean});
    for (const engine::RankLine& rank : panel.ranks)
        if (options.selected == rank.rank)
            chart.curves.push_back({rank.line.x, rank.line.y, Ink::Chosen,
                                    static_cast<int>(rank.rank.value()),
                                    rankName(rank.rank.value(), panel.ranks.size())});
}

void addMarks(widgets::ChartFrame& chart, const PanelFrame& panel, const RunFrame& frame) {
    for (const engine::GapSpan& gap : frame.gaps)
        chart.gaps.push_back({gap.first, gap.last, "gap"});
    for (const engine::Restart& restart : frame.restarts)
        chart.restarts.push_back({restart.step, "restart " + std::to_string(restart.generation)});
    for (const double step : panel.nonFinite) {
        std::string label = "NaN";
        for (const engine::NonFiniteRank& rank : frame.nonFiniteRanks)
            if (static_cast<double>(rank.first.value()) == step)
                label += " " + std::to_string(rank.rank.value());
        chart.nonFinite.push_back({step, std::move(label)});
    }
}

std::string summaryOf(ChartKind kind, const RunFrame& frame, const ChartOptions& options) {
    const auto& m = frame.cursor.metrics;
    const std::string at = " at step " + widgets::countText(frame.cursor.step.value()) + ".";
    switch (kind) {
    case ChartKind::Loss:
        return "Mean loss " + plainText(m.lossMean) + ", ranks " + plainText(m.lossMin) + " to " +
               plainText(m.lossMax) + at;
    case ChartKind::LossDispersion:
        return "Sample standard deviation of the loss over ranks " + plainText(m.lossStd) + at;
    case ChartKind::Direction:
        return "Mean cosine between ranks " + cosText(m.cosineMean) + at;
    case ChartKind::NormDispersion:
        break;
    }
    if (options.norms)
        return "Mean gradient norm " + plainText(m.gradNormMean) + ", ranks " +
               plainText(m.gradNormMin) + " to " + plainText(m.gradNormMax) + at;
    return "Gradient norms differ by " + plainText(m.gradNormCv) + " of their mean" + at;
}

struct RankValue {
    double value;
    RankId rank;
};

struct Extent {
    RankValue low, high;
};

/// Least and most over the ranks, without what is undefined and without the chosen one. Of equals
/// the first rank.
std::optional<Extent> extentOf(const RunFrame& frame, double analysis::RankMetrics::*value,
                               std::optional<RankId> without) {
    std::optional<Extent> extent;
    for (const engine::WorkerRow& row : frame.cursor.workers) {
        const RankValue here{row.metrics.*value, row.metrics.rank};
        if (!std::isfinite(here.value) || here.rank == without)
            continue;
        if (!extent)
            extent = Extent{here, here};
        else if (here.value < extent->low.value)
            extent->low = here;
        else if (here.value > extent->high.value)
            extent->high = here;
    }
    return extent;
}

std::string whose(const RankValue& value, std::string (*text)(double)) {
    return text(value.value) + " (rank " + std::to_string(value.rank.value()) + ")";
}

void addRanksAtCursor(std::vector<widgets::HeaderValue>& values, const RunFrame& frame,
                      double analysis::RankMetrics::*value, std::string (*text)(double),
                      const ChartOptions& options) {
    for (const engine::WorkerRow& row : frame.cursor.workers)
        if (row.metrics.rank == options.selected)
            values.push_back({"rank " + std::to_string(row.metrics.rank.value()),
                              text(row.metrics.*value), Ink::Chosen});
    const auto extent = extentOf(frame, value, options.selected);
    if (extent && frame.cursor.workers.size() > 1)
        values.push_back({options.selected ? "others" : "ranks",
                          whose(extent->low, text) + " to " + whose(extent->high, text),
                          Ink::Healthy});
}

} // namespace

std::string valueText(double value, std::string (*format)(double)) {
    return analysis::isUndefined(value) ? widgets::kUndefined : format(value);
}

std::string plainText(double value) {
    return valueText(value, [](double v) { return widgets::numberText(v); });
}

std::string cosText(double value) {
    return valueText(value, [](double v) { return widgets::cosineText(v); });
}

std::string excessText(double value) {
    return valueText(value, [](double v) { return widgets::signedText(v); });
}

widgets::ChartFrame chartFrame(ChartKind kind, const RunFrame& frame, const ChartOptions& options) {
    const PanelFrame& panel = panelOf(kind, frame, options);
    widgets::ChartFrame chart;
    const PanelText text = textOf(kind, options);
    chart.title = text.title;
    chart.unit = text.unit;
    chart.yTitle = text.yTitle;
    chart.logY = options.logY && !isCosine(kind);
    if (chart.logY)
        chart.unit += ", log";
    chart.fromZero =
        kind == ChartKind::LossDispersion || (kind == ChartKind::NormDispersion && !options.norms);
    chart.zeroLine = isCosine(kind);
    chart.numbers = isCosine(kind) ? widgets::NumberStyle::Cosine : widgets::NumberStyle::Plain;
    const double air = options.following || frame.viewLast <= frame.viewFirst ? 0.5 : 0;
    chart.first = frame.viewFirst - air;
    chart.last = frame.viewLast + air;
    if (frame.empty)
        return chart;
    if (panel.ranks.size() > 1 || !panel.middle.x.empty()) // one rank is its own mean
        addRanks(chart, panel, frame.status.world, options);
    addMain(chart, panel, options);
    addMarks(chart, panel, frame);
    chart.summary = summaryOf(kind, frame, options);
    return chart;
}

std::vector<widgets::HeaderValue> chartHeader(ChartKind kind, const RunFrame& frame,
                                              const ChartOptions& options) {
    std::vector<widgets::HeaderValue> values;
    if (frame.empty)
        return values;
    const analysis::StepMetrics& m = frame.cursor.metrics;
    switch (kind) {
    case ChartKind::Loss:
        values.push_back({"step", widgets::countText(frame.cursor.step.value()), Ink::Healthy});
        values.push_back(
            {m.lossWeighted ? "weighted mean" : "mean", plainText(m.lossMean), Ink::Mean});
        addRanksAtCursor(values, frame, &analysis::RankMetrics::loss, plainText, options);
        break;
    case ChartKind::LossDispersion:
        values.push_back({"range", plainText(m.lossRange), Ink::Healthy});
        values.push_back({"std", plainText(m.lossStd), Ink::Mean});
        break;
    case ChartKind::Direction:
        values.push_back({"mean of pairs", cosText(m.cosineMean), Ink::Mean});
        addRanksAtCursor(values, frame, &analysis::RankMetrics::cosineLoo, cosText, options);
        break;
    case ChartKind::NormDispersion:
        if (options.norms) {
            values.push_back({"range", plainText(m.gradNormMax - m.gradNormMin), Ink::Healthy});
            values.push_back({"std", plainText(m.gradNormStd), Ink::Healthy});
            addRanksAtCursor(values, frame, &analysis::RankMetrics::gradNorm, plainText, options);
            values.push_back({"mean", plainText(m.gradNormMean), Ink::Mean});
            break;
        }
        values.push_back({"mean norm", plainText(m.gradNormMean), Ink::Healthy});
        values.push_back({"std", plainText(m.gradNormStd), Ink::Healthy});
        values.push_back({"std \xC3\xB7 mean", plainText(m.gradNormCv), Ink::Mean});
        break;
    }
    return values;
}

widgets::TimelineFrame timelineFrame(const RunFrame& frame, std::optional<Step> playhead) {
    widgets::TimelineFrame timeline;
    timeline.first = frame.firstStep;
    timeline.last = frame.lastStep;
    timeline.viewFirst = frame.viewFirst;
    timeline.viewLast = frame.viewLast;
    timeline.x = frame.overview.x;
    timeline.y = frame.overview.y;
    for (const engine::GapSpan& gap : frame.gaps)
        timeline.gaps.push_back({gap.first, gap.last, gap.cause});
    for (const engine::Restart& restart : frame.restarts)
        timeline.restarts.push_back({restart.step, {}});
    for (const engine::NonFiniteRank& rank : frame.nonFiniteRanks)
        timeline.nonFinite.push_back({static_cast<double>(rank.first.value()), {}});
    if (!frame.empty)
        timeline.cursor = static_cast<double>(frame.cursor.step.value());
    if (playhead)
        timeline.playhead = static_cast<double>(playhead->value());
    timeline.summary = "Steps " + widgets::fixedText(frame.firstStep, 0) + " to " +
                       widgets::fixedText(frame.lastStep, 0) + "; charts show " +
                       widgets::fixedText(frame.viewFirst, 0) + " to " +
                       widgets::fixedText(frame.viewLast, 0) + ".";
    return timeline;
}

} // namespace rankscope::ui
