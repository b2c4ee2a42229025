// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/WorkerModel.h"

#include "app/ui/models/ChartModel.h"
#include "app/ui/models/Words.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rankscope::ui {
namespace {

using words::translate;

bool isNonFinite(const engine::WorkerRow& row) {
    const double loss = row.metrics.loss;
    return row.metrics.nonFinite.value_or(0) > 0 ||
           (!analysis::isUndefined(loss) && !std::isfinite(loss));
}

std::string weightText(double weight) {
    return weight == std::floor(weight) && std::abs(weight) < 1e9 ? widgets::fixedText(weight, 0)
                                                                  : widgets::numberText(weight);
}

std::string stateOf(const engine::WorkerRow& row, const engine::RunFrame& frame) {
    if (row.metrics.received && isNonFinite(row))
        return "NaN";
    if (row.conflict)
        return translate("WorkerModel", "claimed twice");
    if (row.metrics.received)
        return row.live ? translate("WorkerModel", "live") : translate("WorkerModel", "received");
    if (row.left)
        return translate("WorkerModel", "left");
    return frame.cursor.metrics.final ? translate("WorkerModel", "missing")
                                      : translate("WorkerModel", "awaited");
}

} // namespace

WorkerColumn workerColumn(std::size_t column) {
    switch (column) {
    case 0:
        return {translate("WorkerModel", "rank"),
                translate("WorkerModel", "Index of the worker in its generation")};
    case 1:
        return {translate("WorkerModel", "host"),
                translate("WorkerModel", "Machine that it runs on")};
    case 2:
        return {translate("WorkerModel", "loss"),
                translate("WorkerModel", "Its own loss at this step")};
    case 3:
        return {translate("WorkerModel", "excess"),
                translate("WorkerModel", "Loss minus the mean of the others")};
    case 4:
        return {translate("WorkerModel", "norm"),
                translate("WorkerModel", "Norm of its own gradient, before the reduction")};
    case 5:
        return {translate("WorkerModel", "l.o.o."),
                translate("WorkerModel",
                          "Leave-one-out: cosine of its gradient with the mean of the others")};
    case 6:
        return {translate("WorkerModel", "weight"),
                translate("WorkerModel", "Tokens or samples behind its loss")};
    default:
        return {translate("WorkerModel", "state"),
                translate("WorkerModel", "What was received of it at this step")};
    }
}

bool holdsNumber(std::size_t column) {
    return column != 1;
}

std::vector<WorkerText> workerTexts(const engine::RunFrame& frame, const MapOptions& options,
                                    const RankChoice& choice) {
    std::vector<RankId> ranks;
    ranks.reserve(frame.cursor.workers.size());
    for (const engine::WorkerRow& row : frame.cursor.workers)
        ranks.push_back(row.metrics.rank);
    std::vector<WorkerText> texts;
    texts.reserve(ranks.size());
    for (const RankId rank : orderedRanks(std::move(ranks), frame, options)) {
        const engine::WorkerRow& row = *workerOf(frame, rank);
        const bool kept = choice.pinned().contains(rank) || choice.selected() == rank;
        if (!choice.host().empty() && row.host != choice.host() && !kept)
            continue;
        const analysis::RankMetrics& m = row.metrics;
        WorkerText text;
        text.rank = rank;
        text.cells = {std::to_string(rank.value()),
                      row.host,
                      plainText(m.loss),
                      excessText(m.lossExcess),
                      plainText(m.gradNorm),
                      cosText(m.cosineLoo),
                      valueText(m.weight, weightText),
                      stateOf(row, frame)};
        text.numbers = {0, 0, m.loss, m.lossExcess, m.gradNorm, m.cosineLoo, m.weight, 0};
        text.alarming = m.received && isNonFinite(row);
        text.pinned = choice.pinned().contains(rank);
        text.hidden = choice.hidden().contains(rank);
        text.soloed = choice.soloed().contains(rank);
        text.faint =
            !m.received || text.hidden || (!choice.soloed().empty() && !text.soloed && !kept);
        texts.push_back(std::move(text));
    }
    return texts;
}

void sortWorkers(std::vector<WorkerText>& rows, const WorkerSort& sort) {
    const std::size_t c = sort.column;
    if (c == 0) {
        if (sort.descending)
            std::reverse(rows.begin(), rows.end());
        return;
    }
    const bool number = holdsNumber(c);
    std::stable_sort(rows.begin(), rows.end(), [&](const WorkerText& a, const WorkerText& b) {
        if (!number)
            return sort.descending ? b.cells[c] < a.cells[c] : a.cells[c] < b.cells[c];
        const double x = a.numbers[c], y = b.numbers[c];
        if (std::isnan(x) || std::isnan(y))
            return !std::isnan(x) && std::isnan(y);
        return sort.descending ? y < x : x < y;
    });
}

} // namespace rankscope::ui
