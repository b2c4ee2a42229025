// SPDX-License-Identifier: GPL-3.0-or-later
// The ranks x steps form of CosineModel.h.
#include "app/ui/models/CosineModel.h"
#include "app/ui/models/Words.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

namespace rankscope::ui {
namespace {

using widgets::HeatmapFrame;
using words::filled;
using words::translate;

constexpr std::size_t kMarked = 3; ///< more names at the right would push each other away
constexpr double kStandsOut = 2;   ///< sd

std::string signalText(engine::RankSignal signal) {
    switch (signal) {
    case engine::RankSignal::Loss:
        return translate("StepMapModel", "loss");
    case engine::RankSignal::Direction:
        return translate("StepMapModel", "leave-one-out cosine");
    case engine::RankSignal::GradNorm:
        return translate("StepMapModel", "gradient norm");
    }
    return {};
}

std::string shownText(const engine::RankStepImage& image) {
    const std::string what =
        filled(translate("StepMapModel", "%1, each rank's distance from the median rank in robust "
                                         "sd; within \xC2\xB1%2 no colour"),
               {signalText(image.signal), widgets::fixedText(kStandsOut, 0)});
    return image.stepsPerCell > 1 ? filled(translate("StepMapModel", "%1; a cell is %2"),
                                           {what, words::steps(image.stepsPerCell)})
                                  : what;
}

/// Rows that stand out in most of the newest fifth of what is visible, farthest first.
std::vector<int> markedRows(const HeatmapFrame& map) {
    const std::size_t columns = map.columnCount();
    const std::size_t late = std::max<std::size_t>(std::min<std::size_t>(columns, 5), columns / 5);
    std::vector<std::pair<double, int>> found;
    for (std::size_t r = 0; r < map.rows.size(); ++r) {
        std::size_t known = 0, out = 0;
        double sum = 0;
        for (std::size_t c = columns - late; c < columns; ++c) {
            const double distance = std::abs(map.at(r, c));
            if (std::isnan(distance))
                continue;
            ++known;
            out += distance > kStandsOut ? 1 : 0;
            sum += distance;
        }
        if (2 * out > known)
            found.emplace_back(-sum / static_cast<double>(known), static_cast<int>(r));
    }
    std::sort(found.begin(), found.end());
    std::vector<int> rows;
    for (std::size_t i = 0; i < std::min(kMarked, found.size()); ++i)
        rows.push_back(found[i].second);
    return rows;
}

} // namespace

HeatmapFrame stepFrame(const engine::RunFrame& frame, const MapOptions& options, bool following) {
    HeatmapFrame map;
    map.form = widgets::HeatmapForm::RankStep;
    map.scale = widgets::HeatmapScale::Distance;
    map.title = translate("StepMapModel", "Ranks \xC3\x97 steps");
    map.rowKind = translate("StepMapModel", "rank");
    const double air = following || frame.viewLast <= frame.viewFirst ? 0.5 : 0;
    map.firstStep = frame.viewFirst - air;
    map.lastStep = frame.viewLast + air;
    const engine::RankStepImage* image = frame.image.get();
    if (image == nullptr || image->ranks.empty() || image->first.empty()) {
        map.emptyText = map.summary =
            frame.empty ? translate("StepMapModel", "No step yet.")
                        : translate("StepMapModel", "Nothing was measured in these steps.");
        return map;
    }
    MapOptions order = options;
    if (order.order == MapOrder::Rank)
        order.order = MapOrder::Host;
    const std::vector<RankId> ranks = orderedRanks(image->ranks, frame, order);
    const auto cell = static_cast<double>(image->stepsPerCell);
    std::vector<std::ptrdiff_t> from; // column of the image; -1: steps that no cell is of
    for (std::size_t c = 0; c < image->first.size(); ++c) {
        if (c > 0 && image->first[c] > image->first[c - 1] + cell) {
            map.columnStart.push_back(image->first[c - 1] + cell - 0.5);
            from.push_back(-1);
        }
        map.columnStart.push_back(image->first[c] - 0.5);
        from.push_back(static_cast<std::ptrdiff_t>(c));
    }
    map.columnEnd = map.columnStart.back() + cell;
    map.values.reserve(ranks.size() * from.size());
    for (const RankId rank : ranks) {
        map.rows.push_back(std::to_string(rank.value()));
        const auto row =
            std::lower_bound(image->ranks.begin(), image->ranks.end(), rank) - image->ranks.begin();
        const float* distances =
            image->distance.data() + row * static_cast<std::ptrdiff_t>(image->first.size());
        for (const std::ptrdiff_t column : from)
            map.values.push_back(column < 0 ? analysis::undefined()
                                            : static_cast<double>(distances[column]));
    }
    map.unit = shownText(*image);
    map.rankBlocks = hostBlocks(ranks, frame);
    map.selected = indexOf(ranks, options.selected);
    map.marked = markedRows(map);
    std::string names;
    for (const int row : map.marked)
        names += (names.empty() ? "" : ", ") + map.rows[static_cast<std::size_t>(row)];
    map.summary =
        names.empty()
            ? translate("StepMapModel",
                        "No rank stands out from its peers at the newest visible steps.")
            : filled(translate("StepMapModel", "At the newest visible steps these ranks are "
                                               "farther than %1 sd from their peers: %2."),
                     {widgets::fixedText(kStandsOut, 0), names});
    return map;
}

} // namespace rankscope::ui
