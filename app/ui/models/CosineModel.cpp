// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/CosineModel.h"

#include "app/ui/models/ChartModel.h"
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

std::string atStep(Step step) {
    return " at step " + widgets::countText(step.value()) + ".";
}

bool isNonFinite(const RunFrame& frame) {
    return std::any_of(
        frame.cursor.workers.begin(), frame.cursor.workers.end(),
        [](const engine::WorkerRow& row) { return row.metrics.nonFinite.value_or(0) > 0; });
}

std::string whyNoMatrix(const RunFrame& frame) {
    if (frame.empty)
        return "No step yet.";
    if (frame.status.world == 1)
        return "One rank only: there is nothing to compare.";
    return "No sketches at this step: the matrix is not available. Leave-one-out cosines, where "
           "shown, are exact.";
}

/// "±.003 (2 sd)"
std::string errorText(double sd) {
    return "\xC2\xB1" + widgets::cosineText(2 * sd, 3).substr(1) + " (2 sd)";
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
    map.barsTitle = "leave-one-out";
    map.rankBlocks = hostBlocks(ranks, frame);
    map.selected = indexOf(ranks, options.selected);
    if (options.pair) {
        map.pairRow = indexOf(ranks, options.pair->first);
        map.pairColumn = indexOf(ranks, options.pair->second);
    }
    const double sd = worstSd(map.sd);
    map.aside = {std::string("fixed ") + widgets::kMinus + "1 to 1",
                 sd > 0 ? errorText(sd) : "exact"};
    const Lowest lowest = lowestOf(map);
    if (lowest.value <= 1)
        map.summary = "Lowest cosine " + widgets::cosineText(lowest.value) + " between ranks " +
                      map.rows[lowest.row] + " and " + map.columns[lowest.column] +
                      atStep(matrix->step);
    return map;
}

HeatmapFrame layerFrame(const RunFrame& frame, const MapOptions& options) {
    HeatmapFrame map;
    map.rowKind = "layer";
    const auto groups = frame.cursor.groups.size();
    const bool any =
        std::any_of(frame.cursor.workers.begin(), frame.cursor.workers.end(),
                    [](const engine::WorkerRow& row) { return !row.metrics.groupLoo.empty(); });
    if (groups == 0 || !any) {
        map.emptyText = map.summary =
            frame.empty               ? "No step yet."
            : frame.status.world == 1 ? "One rank only: there is nothing to compare."
            : isNonFinite(frame)      ? "NaN or Inf in a gradient of this step."
                                      : "This run sends no sums per layer group.";
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
        map.aside = {"lowest", map.rows[lowest.row], "rank " + map.columns[lowest.column],
                     widgets::cosineText(lowest.value)};
        map.summary = "Lowest leave-one-out cosine " + widgets::cosineText(lowest.value) +
                      " in layer " + map.rows[lowest.row] + " of rank " +
                      map.columns[lowest.column] + atStep(frame.cursor.step);
    }
    return map;
}

std::string cosineRemark(const RunFrame& frame) {
    const analysis::CosineMatrix* matrix = frame.cursor.cosine.get();
    if (matrix == nullptr || matrix->source == analysis::CosineSource::None)
        return {};
    const std::string source =
        matrix->source == analysis::CosineSource::Exact ? "exact" : "from sketches";
    return matrix->steps > 1 ? "mean of " + widgets::countText(matrix->steps) + " steps, " + source
                             : source;
}

} // namespace rankscope::ui
