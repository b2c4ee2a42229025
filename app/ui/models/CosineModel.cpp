// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/CosineModel.h"

#include "app/ui/models/ChartModel.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace rankscope::ui {
namespace {

using engine::RunFrame;
using widgets::HeatmapFrame;

std::string atStep(const RunFrame& frame) {
    return " at step " + widgets::countText(frame.cursor.step.value()) + ".";
}

std::string whyNoMatrix(const RunFrame& frame) {
    if (frame.empty)
        return "No step yet.";
    if (frame.status.world == 1)
        return "One rank only: there is nothing to compare.";
    return "No sketches at this step: the matrix is not available. Leave-one-out cosines, where "
           "shown, are exact.";
}

int indexOf(const std::vector<RankId>& ranks, std::optional<RankId> selected) {
    const auto found = selected ? std::find(ranks.begin(), ranks.end(), *selected) : ranks.end();
    return found == ranks.end() ? -1 : static_cast<int>(found - ranks.begin());
}

double looOf(const RunFrame& frame, RankId rank) {
    for (const engine::WorkerRow& row : frame.cursor.workers)
        if (row.metrics.rank == rank)
            return row.metrics.cosineLoo;
    return analysis::undefined();
}

/// The largest error bar in the matrix: no cell is worse than what the legend says.
double worstSd(const analysis::CosineMatrix& matrix) {
    double worst = 0;
    for (const double sd : matrix.sd)
        if (std::isfinite(sd))
            worst = std::max(worst, sd);
    return worst;
}

/// "±.003 (2 sd)"
std::string errorText(const analysis::CosineMatrix& matrix) {
    return "\xC2\xB1" + widgets::cosineText(2 * worstSd(matrix), 3).substr(1) + " (2 sd)";
}

struct Lowest {
    std::size_t row = 0, column = 0;
    double value = 2;
};

Lowest lowestOf(const HeatmapFrame& map) {
    Lowest lowest;
    for (std::size_t r = 0; r < map.rows.size(); ++r)
        for (std::size_t c = 0; c < map.columns.size(); ++c) {
            const double value = map.at(r, c);
            if (map.square() && r == c)
                continue;
            if (std::isfinite(value) && value < lowest.value)
                lowest = {r, c, value};
        }
    return lowest;
}

} // namespace

HeatmapFrame cosineFrame(const RunFrame& frame, std::optional<RankId> selected) {
    HeatmapFrame map;
    map.form = widgets::HeatmapForm::RankRank;
    const analysis::CosineMatrix* matrix = frame.cursor.cosine.get();
    if (matrix == nullptr || matrix->ranks.size() < 2) {
        map.emptyText = map.summary = whyNoMatrix(frame);
        return map;
    }
    for (const RankId rank : matrix->ranks) {
        map.rows.push_back(std::to_string(rank.value()));
        map.bars.push_back(looOf(frame, rank));
    }
    map.columns = map.rows;
    map.values = matrix->cosine;
    map.sd = matrix->sd;
    map.barsTitle = "leave-one-out";
    map.selected = indexOf(matrix->ranks, selected);
    map.aside.push_back(std::string("fixed ") + widgets::kMinus + "1 to 1");
    map.aside.push_back(worstSd(*matrix) > 0 ? errorText(*matrix) : "exact");
    const Lowest lowest = lowestOf(map);
    if (lowest.value <= 1)
        map.summary = "Lowest cosine " + widgets::cosineText(lowest.value) + " between ranks " +
                      map.rows[lowest.row] + " and " + map.columns[lowest.column] + atStep(frame);
    return map;
}

namespace {

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

HeatmapFrame layerFrame(const RunFrame& frame, std::optional<RankId> selected) {
    HeatmapFrame map;
    map.rowKind = "layer";
    const auto groups = frame.cursor.groups.size();
    std::vector<RankId> ranks;
    const bool any =
        std::any_of(frame.cursor.workers.begin(), frame.cursor.workers.end(),
                    [](const engine::WorkerRow& row) { return !row.metrics.groupLoo.empty(); });
    if (groups == 0 || !any) {
        map.emptyText = map.summary = frame.empty ? "No step yet."
                                      : frame.status.world == 1
                                          ? "One rank only: there is nothing to compare."
                                          : "This run sends no sums per layer group.";
        return map;
    }
    // The columns of the cosine map, so that a rank is one straight column through both.
    if (frame.cursor.cosine)
        ranks = frame.cursor.cosine->ranks;
    else
        for (const engine::WorkerRow& row : frame.cursor.workers)
            ranks.push_back(row.metrics.rank);
    map.rows = shortNames(frame.cursor.groups);
    map.values.assign(groups * ranks.size(), analysis::undefined());
    for (std::size_t c = 0; c < ranks.size(); ++c) {
        map.columns.push_back(std::to_string(ranks[c].value()));
        for (const engine::WorkerRow& row : frame.cursor.workers)
            if (row.metrics.rank == ranks[c])
                for (std::size_t r = 0; r < std::min(groups, row.metrics.groupLoo.size()); ++r)
                    map.values[r * ranks.size() + c] = row.metrics.groupLoo[r];
    }
    map.selected = indexOf(ranks, selected);
    const Lowest lowest = lowestOf(map);
    if (lowest.value <= 1) {
        map.aside = {"lowest", map.rows[lowest.row], "rank " + map.columns[lowest.column],
                     widgets::cosineText(lowest.value)};
        map.summary = "Lowest leave-one-out cosine " + widgets::cosineText(lowest.value) +
                      " in layer " + map.rows[lowest.row] + " of rank " +
                      map.columns[lowest.column] + atStep(frame);
    }
    return map;
}

std::string cosineRemark(const RunFrame& frame) {
    const analysis::CosineMatrix* matrix = frame.cursor.cosine.get();
    if (matrix == nullptr || matrix->source == analysis::CosineSource::None)
        return {};
    if (matrix->source == analysis::CosineSource::Exact)
        return "exact";
    return "from sketches, " + errorText(*matrix);
}

} // namespace rankscope::ui
