// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/ChartModel.h"
#include "app/ui/models/Words.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>

/// The numbers and sentences of the chart panels: what stands at the cursor.
namespace rankscope::ui {

using engine::RunFrame;
using widgets::Ink;
using words::filled;
using words::translate;

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

/// "2.31 (rank 3) to 2.52 (rank 5)"
std::string fromTo(const Extent& extent, std::string (*text)(double)) {
    return filled(translate("ChartModel", "%1 (rank %2) to %3 (rank %4)"),
                  {text(extent.low.value), std::to_string(extent.low.rank.value()),
                   text(extent.high.value), std::to_string(extent.high.rank.value())});
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
    return filled(translate("ChartModel", "rank %1"), {std::to_string(rank.value())});
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
        values.push_back({options.selected ? translate("ChartModel", "others")
                                           : translate("ChartModel", "ranks"),
                          fromTo(*extent, signal.text), Ink::Healthy});
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
    const std::string step = widgets::countText(frame.cursor.step.value());
    switch (kind) {
    case ChartKind::Loss:
        return filled(translate("ChartModel", "Mean loss %1, ranks %2 to %3 at step %4."),
                      {plainText(m.lossMean), plainText(m.lossMin), plainText(m.lossMax), step});
    case ChartKind::LossDispersion:
        return filled(translate("ChartModel", "Sample standard deviation of the loss over ranks "
                                              "%1 at step %2."),
                      {plainText(m.lossStd), step});
    case ChartKind::Direction:
        return filled(translate("ChartModel", "Mean cosine between ranks %1 at step %2."),
                      {cosText(m.cosineMean), step});
    case ChartKind::NormDispersion:
        break;
    }
    if (options.norms)
        return filled(
            translate("ChartModel", "Mean gradient norm %1, ranks %2 to %3 at step %4."),
            {plainText(m.gradNormMean), plainText(m.gradNormMin), plainText(m.gradNormMax), step});
    return filled(translate("ChartModel", "Gradient norms differ by %1 of their mean at step %2."),
                  {plainText(m.gradNormCv), step});
}

std::string gapSummary(const RunFrame& frame) {
    constexpr std::size_t kSaid = 3;
    std::string text;
    std::size_t count = 0;
    for (const engine::GapSpan& gap : frame.gaps) {
        if (gap.last < frame.viewFirst || gap.first > frame.viewLast || ++count > kSaid)
            continue;
        text += gap.first == gap.last
                    ? filled(translate("ChartModel", " Gap at step %1: %2."),
                             {widgets::fixedText(gap.first, 0), gap.cause})
                    : filled(translate("ChartModel", " Gap from step %1 to %2: %3."),
                             {widgets::fixedText(gap.first, 0), widgets::fixedText(gap.last, 0),
                              gap.cause});
    }
    if (count > kSaid)
        text += count == kSaid + 1 ? translate("ChartModel", " 1 more gap.")
                                   : filled(translate("ChartModel", " %1 more gaps.", nullptr,
                                                      words::forPlural(count - kSaid)),
                                            {widgets::countText(count - kSaid)});
    return text;
}

std::vector<widgets::HeaderValue> chartHeader(ChartKind kind, const RunFrame& frame,
                                              const ChartOptions& options) {
    std::vector<widgets::HeaderValue> values;
    if (frame.empty)
        return values;
    const analysis::StepMetrics& m = frame.cursor.metrics;
    switch (kind) {
    case ChartKind::Loss:
        values.push_back({translate("ChartModel", "step"),
                          widgets::countText(frame.cursor.step.value()), Ink::Healthy});
        values.push_back({m.lossWeighted ? translate("ChartModel", "weighted mean")
                                         : translate("ChartModel", "mean"),
                          plainText(m.lossMean), Ink::Mean});
        addRanksAtCursor(values, frame, signalOf(kind, options), options);
        break;
    case ChartKind::LossDispersion:
        values.push_back({translate("ChartModel", "range"), plainText(m.lossRange), Ink::Healthy});
        values.push_back({translate("ChartModel", "std"), plainText(m.lossStd), Ink::Mean});
        break;
    case ChartKind::Direction:
        values.push_back(
            {translate("ChartModel", "mean of pairs"), cosText(m.cosineMean), Ink::Mean});
        addPairAtCursor(values, frame);
        addRanksAtCursor(values, frame, signalOf(kind, options), options);
        break;
    case ChartKind::NormDispersion:
        if (options.norms) {
            values.push_back({translate("ChartModel", "range"),
                              plainText(m.gradNormMax - m.gradNormMin), Ink::Healthy});
            values.push_back(
                {translate("ChartModel", "std"), plainText(m.gradNormStd), Ink::Healthy});
            addRanksAtCursor(values, frame, signalOf(kind, options), options);
            values.push_back(
                {translate("ChartModel", "mean"), plainText(m.gradNormMean), Ink::Mean});
            break;
        }
        values.push_back(
            {translate("ChartModel", "mean norm"), plainText(m.gradNormMean), Ink::Healthy});
        values.push_back({translate("ChartModel", "std"), plainText(m.gradNormStd), Ink::Healthy});
        values.push_back(
            {translate("ChartModel", "std \xC3\xB7 mean"), plainText(m.gradNormCv), Ink::Mean});
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
    values.push_back({kind == ChartKind::Direction ? translate("ChartModel", "mean of pairs")
                                                   : translate("ChartModel", "mean"),
                      signal.text(mean), Ink::Mean});
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
