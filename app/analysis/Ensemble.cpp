// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/Ensemble.h"

#include "app/analysis/Summary.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace rankscope::analysis {

double quantile(std::span<const double> sorted, double fraction) {
    assert(!sorted.empty() && fraction >= 0 && fraction <= 1);
    const double place = fraction * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

Ensemble ensembleOf(std::span<const std::vector<double>> runs) {
    Ensemble result;
    const std::size_t length = runs.empty() ? 0 : runs.front().size();
    result.count.assign(length, 0);
    for (auto* curve : {&result.mean, &result.std, &result.low, &result.median, &result.high}) {
        curve->assign(length, undefined());
    }
    std::vector<double> here;
    for (std::size_t i = 0; i < length; ++i) {
        here.clear();
        for (const std::vector<double>& run : runs) {
            if (std::isfinite(run[i])) {
                here.push_back(run[i]);
            }
        }
        result.count[i] = static_cast<std::uint32_t>(here.size());
        if (here.empty()) {
            continue;
        }
        const Summary summary = summarize(here);
        result.mean[i] = summary.mean;
        if (here.size() < 2) {
            continue;
        }
        result.std[i] = summary.std;
        std::sort(here.begin(), here.end());
        result.low[i] = quantile(here, 0.05);
        result.median[i] = quantile(here, 0.5);
        result.high[i] = quantile(here, 0.95);
    }
    return result;
}

} // namespace rankscope::analysis
