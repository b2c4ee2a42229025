// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/WorkerModel.h"

#include "app/ui/models/ChartModel.h"
#include "widgets/common/NumberText.h"

#include <cmath>

namespace rankscope::ui {
namespace {

bool isNonFinite(const engine::WorkerRow& row) {
    const double loss = row.metrics.loss;
    return row.metrics.nonFinite.value_or(0) > 0 ||
           (!analysis::isUndefined(loss) && !std::isfinite(loss));
}

std::string stateOf(const engine::WorkerRow& row, const engine::RunFrame& frame) {
    if (row.metrics.received && isNonFinite(row))
        return "NaN";
    if (row.metrics.received)
        return row.live ? "live" : "received";
    if (row.left)
        return "left";
    return frame.cursor.metrics.final ? "missing" : "awaited";
}

} // namespace

const std::array<WorkerColumn, kWorkerColumns>& workerColumns() {
    static constexpr std::array<WorkerColumn, kWorkerColumns> kColumns{{
        {"rank", "Index of the worker in its generation", true},
        {"host", "Machine that it runs on", false},
        {"loss", "Its own loss at this step", true},
        {"excess", "Loss minus the mean of the others", true},
        {"norm", "Norm of its own gradient, before the reduction", true},
        {"l.o.o.", "Leave-one-out: cosine of its gradient with the mean of the others", true},
        {"weight", "Tokens or samples behind its loss", true},
        {"state", "What was received of it at this step", true},
    }};
    return kColumns;
}

std::vector<WorkerText> workerTexts(const engine::RunFrame& frame) {
    std::vector<WorkerText> texts;
    texts.reserve(frame.cursor.workers.size());
    for (const engine::WorkerRow& row : frame.cursor.workers) {
        const analysis::RankMetrics& m = row.metrics;
        texts.push_back({m.rank,
                         {std::to_string(m.rank.value()), row.host, plainText(m.loss),
                          excessText(m.lossExcess), plainText(m.gradNorm), cosText(m.cosineLoo),
                          valueText(m.weight,
                                    [](double v) {
                                        return v == std::floor(v) && std::abs(v) < 1e9
                                                   ? widgets::fixedText(v, 0)
                                                   : widgets::numberText(v);
                                    }),
                          stateOf(row, frame)},
                         m.received && isNonFinite(row),
                         !m.received});
    }
    return texts;
}

} // namespace rankscope::ui
