// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/RankChoice.h"

#include "app/analysis/RobustSummary.h"
#include "app/engine/run/RankDistance.h"

#include <algorithm>
#include <cmath>

namespace rankscope::engine {
namespace {

constexpr double kRounding = 1e-4; // of the single precision of the ranks' lines

/// So many robust sd as the farthest of healthy ranks exceeds in one view of forty, however many
/// they are. For normal distances P(|z| > t) < exp(-t^2 / 2); the last factor is for the error of
/// the sd itself, fitted to simulations of 4 to 1,024 ranks.
double clearlyOut(std::size_t ranks) {
    const auto count = static_cast<double>(ranks);
    return std::max(3.0, std::sqrt(2 * std::log(10 * count))) * (1 + 8 / count);
}

/// The View::outliers ranks that are farthest out among those that are clearly out.
std::vector<std::size_t> outliersOf(const RunCurves& curves, RankSignal signal,
                                    const std::vector<std::size_t>& shown, const View& view,
                                    std::size_t first, std::size_t last) {
    const RankDistance distances(curves, signal, first, last);
    std::vector<std::pair<double, std::size_t>> far;
    std::vector<float> sorted;
    for (std::size_t rank = 0; rank < curves.ranks(); ++rank) {
        const double distance = distances.of(rank);
        if (std::isfinite(distance)) {
            far.emplace_back(distance, rank);
            sorted.push_back(static_cast<float>(distance));
        }
    }
    const analysis::RobustSummary usual = analysis::robustSummary(sorted);
    const double limit = clearlyOut(far.size()) * usual.sd;
    for (auto& [distance, rank] : far) {
        distance = std::abs(distance - usual.median);
    }
    std::erase_if(far, [&](const auto& d) {
        return !(d.first > std::max(limit, kRounding)) ||
               !std::binary_search(shown.begin(), shown.end(), d.second);
    });
    std::sort(far.begin(), far.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < std::min(view.outliers, far.size()); ++i) {
        result.push_back(far[i].second);
    }
    return result;
}

} // namespace

std::vector<std::size_t> shownRanks(const RunCurves& curves, const View& view) {
    std::vector<bool> allowed(curves.ranks(), !view.only.has_value());
    for (const RankId rank : view.only.value_or(std::vector<RankId>{})) {
        if (rank.value() < allowed.size()) {
            allowed[rank.value()] = true;
        }
    }
    std::vector<std::size_t> shown;
    for (std::size_t rank = 0; rank < curves.ranks(); ++rank) {
        if (allowed[rank] && curves.reported(rank)) {
            shown.push_back(rank);
        }
    }
    return shown;
}

std::vector<ChosenRank> chooseRanks(const RunCurves& curves, RankSignal signal,
                                    const std::vector<std::size_t>& shown, const View& view,
                                    std::size_t first, std::size_t last) {
    const bool all = shown.size() <= view.maxLines;
    const std::vector<std::size_t> far = outliersOf(curves, signal, shown, view, first, last);
    std::vector<ChosenRank> chosen;
    for (const std::size_t rank : shown) {
        const bool wanted = std::any_of(view.wanted.begin(), view.wanted.end(),
                                        [&](RankId id) { return std::size_t{id.value()} == rank; });
        const bool outlier = std::find(far.begin(), far.end(), rank) != far.end();
        if (all || wanted || outlier) {
            chosen.push_back({rank, wanted, outlier});
        }
    }
    return chosen;
}

} // namespace rankscope::engine
