// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/CosineModel.h"

#include "app/ui/models/ChartModel.h"
#include "app/ui/models/CursorText.h"
#include "app/ui/models/Words.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace rankscope::ui {
namespace {

using engine::RunFrame;
using widgets::HeatmapFrame;
using words::filled;
using words::translate;

bool isNonFinite(const RunFrame& frame) {
    return std::any_of(
        frame.cursor.workers.begin(), frame.cursor.workers.end(),
        [](const engine::WorkerRow& row) { return row.metrics.nonFinite.value_or(0) > 0; });
}

std::string whyNoMatrix(const RunFrame& frame) {
    if (frame.empty)
        return translate("CosineModel", "No step yet.");
    if (frame.cursor.unreadable)
        return unreadableText(frame);
    if (frame.status.world == 1)
        return translate("CosineModel", "One rank only: there is nothing to compare.");
    if (frame.status.linkLost && frame.refining)
        return translate("CosineModel", "The sketches of this step can't be read: the recorder "
                                        "doesn't answer.");
    return translate("CosineModel", "No sketches at this step: the matrix is not available. "
                                    "Leave-one-out cosines, where shown, are exact.");
}

std::string whyNoLayers(const RunFrame& frame) {
    if (frame.empty)
        return translate("CosineModel", "No step yet.");
    if (frame.cursor.unreadable)
        return unreadableText(frame);
    if (frame.status.world == 1)
        return translate("CosineModel", "One rank only: there is nothing to compare.");
    return isNonFinite(frame) ? translate("CosineModel", "NaN or Inf in a gradient of this step.")
                              : translate("CosineModel", "This run sends no sums per layer group.");
}

/// "±.003 (2 sd)"
std::string errorText(double sd) {
    return filled(translate("CosineModel", "\xC2\xB1%1 (2 sd)"),
                  {widgets::cosineText(2 * sd, 3).substr(1)});
}

struct Lowest {
    std::size_t row = 0, column = 0;
    double value = 2;
};

Lowest lowestOf(const HeatmapFrame& map) {
    Lowest lowest;
    const std::size_t columns = map.columns.size();
    const double* value = map.values.data();
    for (std::size_t r = 0; r < map.rows.size(); ++r)
        for (std::size_t c = 0; c < columns; ++c, ++value)
            if (*value < lowest.value && !(map.square() && r == c)) // NaN is not less
                lowest = {r, c, *value};
    return lowest;
}

/// The largest error bar in the matrix: no cell is worse than what the legend says.
double worstSd(const std::vector<double>& sds) {
    double worst = 0;
    for (const double sd : sds)
        worst = sd > worst ? sd : worst;
    return worst;
}

/// Fills values and sd of `map` from the matrix, in the order of `ranks`.
void permute(const analysis::CosineMatrix& matrix, const std::vector<RankId>& ranks,
             HeatmapFrame& map) {
    if (ranks == matrix.ranks) {
        map.values = matrix.cosine;
        map.sd = matrix.sd;
        return;
    }
    const std::size_t n = ranks.size();
    std::vector<std::size_t> from;
    for (const RankId rank : ranks)
        from.push_back(static_cast<std::size_t>(indexOf(matrix.ranks, rank)));
    const auto fill = [&](const std::vector<double>& source, std::vector<double>& target) {
        target.resize(source.size());
        for (std::size_t i = 0; i < n && !source.empty(); ++i) {
            const double* row = source.data() + from[i] * n;
            double* to = target.data() + i * n;
            for (std::size_t j = 0; j < n; ++j)
                to[j] = row[from[j]];
        }
    };
    fill(matrix.cosine, map.values);
    fill(matrix.sd, map.sd);
}

/// "layers.3.norm1" as "3.norm1": the container that most layers live in says nothing in a narrow
/// column. Names stay as they are when that would make two of them alike.
std::vector<std::string> shortNames(const std::vector<std::string>& names) {
    std::map<std::string, std::size_t> containers;
    for (const std::string& name : names)
        if (const auto dot = name.find('.'); dot != std::string::npos)
            ++containers[name.substr(0, dot + 1)];
    const auto most =
        std::max_element(containers.begin(), containers.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == containers.end() || 2 * most->second <= names.size())
        return names;
    std::vector<std::string> result;
    for (const std::string& name : names)
        result.push_back(name.rfind(most->first, 0) == 0 ? name.substr(most->first.size()) : name);
    return std::set<std::string>(result.begin(), result.end()).size() == names.size() ? result
                                                                                      : names;
}

} // namespace

HeatmapFrame cosineFrame(const RunFrame& frame, const MapOptions& options) {
    HeatmapFrame map;
    map.form = widgets::HeatmapForm::RankRank;
    map.rowKind = map.columnKind = translate("CosineModel", "rank");
    const analysis::CosineMatrix* matrix = frame.cursor.cosine.get();
    if (matrix == nullptr || matrix->ranks.size() < 2) {
        map.emptyText = map.summary = whyNoMatrix(frame);
        return map;
    }
    const std::vector<RankId> ranks = orderedRanks(matrix->ranks, frame, options);
    permute(*matrix, ranks, map);
    for (const RankId rank : ranks) {
        const engine::WorkerRow* row = workerOf(frame, rank);
        map.rows.push_back(std::to_string(rank.value()));
        map.bars.push_back(row == nullptr ? analysis::undefined() : row->metrics.cosineLoo);
    }
    map.columns = map.rows;
    map.barsTitle = translate("CosineModel", "leave-one-out");
    map.rankBlocks = hostBlocks(ranks, frame);
    map.selected = indexOf(ranks, options.selected);
    if (options.pair) {
        map.pairRow = indexOf(ranks, options.pair->first);
        map.pairColumn = indexOf(ranks, options.pair->second);
    }
    const double sd = worstSd(map.sd);
    map.aside = {filled(translate("CosineModel", "fixed %1 to %2"),
                        {std::string(widgets::kMinus) + "1", "1"}),
                 sd > 0 ? errorText(sd) : translate("CosineModel", "exact")};
    const Lowest lowest = lowestOf(map);
    if (lowest.value <= 1)
        map.summary =
            filled(translate("CosineModel", "Lowest cosine %1 between ranks %2 and %3 at step %4."),
                   {widgets::cosineText(lowest.value), map.rows[lowest.row],
                    map.columns[lowest.column], widgets::countText(matrix->step.value())});
    return map;
}

Step cosineStep(const RunFrame& frame) {
    return frame.cursor.cosine ? frame.cursor.cosine->step : frame.cursor.step;
}

HeatmapFrame layerFrame(const RunFrame& frame, const MapOptions& options) {
    HeatmapFrame map;
    map.rowKind = translate("CosineModel", "layer");
    map.columnKind = translate("CosineModel", "rank");
    const auto groups = frame.cursor.groups.size();
    const bool any =
        std::any_of(frame.cursor.workers.begin(), frame.cursor.workers.end(),
                    [](const engine::WorkerRow& row) { return !row.metrics.groupLoo.empty(); });
    if (groups == 0 || !any) {
        map.emptyText = map.summary = whyNoLayers(frame);
        return map;
    }
    // The columns of the cosine map, so that a rank is one straight column through both.
    std::vector<RankId> ranks;
    if (frame.cursor.cosine)
        ranks = frame.cursor.cosine->ranks;
    else
        for (const engine::WorkerRow& row : frame.cursor.workers)
            ranks.push_back(row.metrics.rank);
    ranks = orderedRanks(std::move(ranks), frame, options);
    map.rows = shortNames(frame.cursor.groups);
    map.rankBlocks = hostBlocks(ranks, frame);
    map.values.assign(groups * ranks.size(), analysis::undefined());
    for (std::size_t c = 0; c < ranks.size(); ++c) {
        map.columns.push_back(std::to_string(ranks[c].value()));
        if (const engine::WorkerRow* row = workerOf(frame, ranks[c]))
            for (std::size_t r = 0; r < std::min(groups, row->metrics.groupLoo.size()); ++r)
                map.values[r * ranks.size() + c] = row->metrics.groupLoo[r];
    }
    map.selected = indexOf(ranks, options.selected);
    const Lowest lowest = lowestOf(map);
    if (lowest.value <= 1) {
        map.aside = {translate("CosineModel", "lowest"), map.rows[lowest.row],
                     filled(translate("CosineModel", "rank %1"), {map.columns[lowest.column]}),
                     widgets::cosineText(lowest.value)};
        map.summary = filled(
            translate("CosineModel", "Lowest leave-one-out cosine %1 in layer %2 of rank %3 at "
                                     "step %4."),
            {widgets::cosineText(lowest.value), map.rows[lowest.row], map.columns[lowest.column],
             widgets::countText(frame.cursor.step.value())});
    }
    return map;
}

std::string cosineRemark(const RunFrame& frame) {
    const analysis::CosineMatrix* matrix = frame.cursor.cosine.get();
    if (matrix == nullptr || matrix->source == analysis::CosineSource::None)
        return {};
    const std::string source = matrix->source == analysis::CosineSource::Exact
                                   ? translate("CosineModel", "exact")
                                   : translate("CosineModel", "from sketches");
    return matrix->steps > 1 ? filled(translate("CosineModel", "mean of %1, %2"),
                                      {words::steps(matrix->steps), source})
                             : source;
}

} // namespace rankscope::ui
