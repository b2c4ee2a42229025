// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/ChartModel.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>

/// The numbers and sentences of the chart panels: what stands at the cursor.
namespace rankscope::ui {

using engine::RunFrame;
using widgets::Ink;

namespace {

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

bool isPinned(RankId rank, const ChartOptions& options) {
    return std::find(options.pinned.begin(), options.pinned.end(), rank) != options.pinned.end();
}

/// What a panel shows of each rank, and how it is written; no value: nothing.
struct RankSignal {
    double analysis::RankMetrics::*value = nullptr;
    std::string (*text)(double) = plainText;
};

RankSignal signalOf(ChartKind kind, const ChartOptions& options) {
    switch (kind) {
    case ChartKind::Loss:
        return {&analysis::RankMetrics::loss, plainText};
    case ChartKind::Direction:
        return {&analysis::RankMetrics::cosineLoo, cosText};
    case ChartKind::NormDispersion:
        if (options.norms)
            return {&analysis::RankMetrics::gradNorm, plainText};
        break;
    case ChartKind::LossDispersion:
        break;
    }
    return {};
}

std::string rankText(RankId rank) {
    return "rank " + std::to_string(rank.value());
}

/// The ranks that the user picked, pinned ones first: a narrow header drops from the left.
void addChosenAtCursor(std::vector<widgets::HeaderValue>& values, const RunFrame& frame,
                       const RankSignal& signal, const ChartOptions& options) {
    for (const bool selected : {false, true})
        for (const engine::WorkerRow& row : frame.cursor.workers) {
            const RankId rank = row.metrics.rank;
            if ((rank == options.selected) == selected && (selected || isPinned(rank, options)))
                values.push_back(
                    {rankText(rank), signal.text(row.metrics.*signal.value), Ink::Chosen});
        }
}

void addRanksAtCursor(std::vector<widgets::HeaderValue>& values, const RunFrame& frame,
                      const RankSignal& signal, const ChartOptions& options) {
    addChosenAtCursor(values, frame, signal, options);
    const auto extent = extentOf(frame, signal.value, options.selected);
    if (extent && frame.cursor.workers.size() > 1)
        values.push_back(
            {options.selected ? "others" : "ranks",
             whose(extent->low, signal.text) + " to " + whose(extent->high, signal.text),
             Ink::Healthy});
}

/// The pair's cosine, where the matrix at the cursor is of that one step.
void addPairAtCursor(std::vector<widgets::HeaderValue>& values, const RunFrame& frame) {
    const auto& matrix = frame.cursor.cosine;
    if (!frame.pair || !matrix || matrix->steps != 1 || matrix->step != frame.cursor.step)
        return;
    const auto& ranks = matrix->ranks;
    const auto a = std::find(ranks.begin(), ranks.end(), frame.pair->a);
    const auto b = std::find(ranks.begin(), ranks.end(), frame.pair->b);
    if (a == ranks.end() || b == ranks.end())
        return;
    const double cosine = matrix->at(static_cast<std::size_t>(a - ranks.begin()),
                                     static_cast<std::size_t>(b - ranks.begin()));
    values.push_back({pairName(frame.pair->a, frame.pair->b), cosText(cosine), Ink::Chosen});
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

std::string pairName(RankId a, RankId b) {
    return std::to_string(a.value()) + " & " + std::to_string(b.value());
}

std::string chartSummary(ChartKind kind, const RunFrame& frame, const ChartOptions& options) {
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
        addRanksAtCursor(values, frame, signalOf(kind, options), options);
        break;
    case ChartKind::LossDispersion:
        values.push_back({"range", plainText(m.lossRange), Ink::Healthy});
        values.push_back({"std", plainText(m.lossStd), Ink::Mean});
        break;
    case ChartKind::Direction:
        values.push_back({"mean of pairs", cosText(m.cosineMean), Ink::Mean});
        addPairAtCursor(values, frame);
        addRanksAtCursor(values, frame, signalOf(kind, options), options);
        break;
    case ChartKind::NormDispersion:
        if (options.norms) {
            values.push_back({"range", plainText(m.gradNormMax - m.gradNormMin), Ink::Healthy});
            values.push_back({"std", plainText(m.gradNormStd), Ink::Healthy});
            addRanksAtCursor(values, frame, signalOf(kind, options), options);
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

std::vector<widgets::HeaderValue> chartReadout(ChartKind kind, const RunFrame& frame,
                                               const ChartOptions& options) {
    std::vector<widgets::HeaderValue> values;
    const RankSignal signal = signalOf(kind, options);
    if (frame.empty || signal.value == nullptr || frame.cursor.workers.size() < 2)
        return values;
    const analysis::StepMetrics& m = frame.cursor.metrics;
    const double mean = kind == ChartKind::Loss        ? m.lossMean
                        : kind == ChartKind::Direction ? m.cosineMean
                                                       : m.gradNormMean;
    values.push_back(
        {kind == ChartKind::Direction ? "mean of pairs" : "mean", signal.text(mean), Ink::Mean});
    addChosenAtCursor(values, frame, signal, options);
    std::vector<RankValue> others;
    for (const engine::WorkerRow& row : frame.cursor.workers)
        if (row.metrics.rank != options.selected && !isPinned(row.metrics.rank, options))
            others.push_back({row.metrics.*signal.value, row.metrics.rank});
    const auto last = std::stable_partition(others.begin(), others.end(), [](const RankValue& v) {
        return !std::isnan(v.value);
    }); // what has no order stands below
    std::stable_sort(others.begin(), last,
                     [](const RankValue& a, const RankValue& b) { return a.value > b.value; });
    for (const RankValue& other : others)
        values.push_back({rankText(other.rank), signal.text(other.value), Ink::Healthy});
    return values;
}

} // namespace rankscope::ui
