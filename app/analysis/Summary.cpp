// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/Summary.h"

#include <algorithm>
#include <cmath>

namespace rankscope::analysis {
namespace {

double meanOfNonFinite(std::span<const double> values) {
    double sum = undefined();
    for (const double x : values) {
        if (!isUndefined(x)) {
            sum = isUndefined(sum) ? x : sum + x;
        }
    }
    return sum;
}

} // namespace

// Everything is taken relative to the first finite value: the differences of identical values are
// exactly 0, and values far from 0 lose no digits.
Summary summarize(std::span<const double> values) {
    Summary result;
    const auto first =
        std::find_if(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
    if (first == values.end()) {
        result.mean = meanOfNonFinite(values);
        return result;
    }
    const double origin = *first;
    double sum = 0;
    result.min = result.max = origin;
    for (const double x : values) {
        if (std::isfinite(x)) {
            ++result.count;
            sum += x - origin;
            result.min = std::min(result.min, x);
            result.max = std::max(result.max, x);
        }
    }
    const auto count = static_cast<double>(result.count);
    const double shift = sum / count;
    result.mean = origin + shift;
    if (result.count < 2) {
        return result;
    }
    double squares = 0;
    for (const double x : values) {
        if (std::isfinite(x)) {
            const double d = (x - origin) - shift;
            squares += d * d;
        }
    }
    result.std = std::sqrt(squares / (count - 1));
    result.range = result.max - result.min;
    return result;
}

double weightedMean(std::span<const double> values, std::span<const double> weights) {
    double origin = undefined();
    double sum = 0;
    double total = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            continue;
        }
        if (!std::isfinite(weights[i]) || weights[i] < 0) {
            return undefined();
        }
        if (isUndefined(origin)) {
            origin = values[i];
        }
        sum += weights[i] * (values[i] - origin);
        total += weights[i];
    }
    return total > 0 ? origin + sum / total : undefined();
}

} // namespace rankscope::analysis
