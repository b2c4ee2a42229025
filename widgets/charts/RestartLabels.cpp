// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/RestartLabels.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace rankscope::widgets {

std::vector<RestartLabel>
placeRestartLabels(const std::vector<RestartMark>& restarts, const PlotGeometry& geometry,
                   double mark, const std::function<double(const std::string&)>& widthOf) {
    std::vector<std::pair<double, double>> taken;
    for (const RestartMark& restart : restarts)
        if (geometry.shows(restart.x))
            taken.emplace_back(geometry.toX(restart.x) - mark, geometry.toX(restart.x) + mark);
    const auto isFree = [&](double left, double right) {
        return left >= geometry.plot.left() && right <= geometry.plot.right() &&
               std::none_of(taken.begin(), taken.end(), [&](const auto& other) {
                   return left < other.second && other.first < right;
               });
    };
    const auto place = [&](double x, const std::string& words) -> std::optional<RestartLabel> {
        const double width = widthOf(words);
        for (const double left : {x + mark, x - mark - width})
            if (!words.empty() && isFree(left, left + width))
                return RestartLabel{words, left, width};
        return std::nullopt;
    };
    std::vector<RestartLabel> labels;
    for (const RestartMark& restart : restarts) {
        if (!geometry.shows(restart.x))
            continue;
        const double x = geometry.toX(restart.x);
        auto label = place(x, restart.label);
        label = label ? label : place(x, restart.brief);
        if (!label)
            continue;
        taken.emplace_back(label->left, label->left + label->width);
        labels.push_back(std::move(*label));
    }
    return labels;
}

} // namespace rankscope::widgets
