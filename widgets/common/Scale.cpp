// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/Scale.h"

#include "widgets/common/NumberText.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>

namespace rankscope::widgets {
namespace {

int decimalsFor(double step) {
    return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 12);
}

std::string tickText(double value, double step, NumberStyle style) {
    if (std::abs(value) < step / 1000)
        return "0";
    const int decimals = decimalsFor(step);
    if (style == NumberStyle::Cosine)
        return cosineText(value, std::max(decimals, 1));
    if (std::abs(value) >= 1e7 || step < 1e-6)
        return numberText(value, 3);
    return fixedText(value, decimals);
}

/// 2, 0.3, 5,000, 1e−6: what a reader expects at a power of ten times a small whole number.
std::string logTickText(double value) {
    if (value >= 1e7 || value < 1e-4)
        return numberText(value, 1);
    return fixedText(value, decimalsFor(std::pow(10.0, std::floor(std::log10(value) + 1e-9))));
}

/// m x 10^n within [min, max] for the given mantissas.
std::vector<double> logValues(double min, double max, const std::vector<double>& mantissas,
                              int decadeStep) {
    std::vector<double> values;
    const int low = static_cast<int>(std::floor(std::log10(min) - 1e-9));
    const int high = static_cast<int>(std::ceil(std::log10(max) + 1e-9));
    for (int n = low; n <= high; ++n) {
        if (n % decadeStep != 0)
            continue;
        for (const double m : mantissas) {
            const double value = m * std::pow(10.0, n);
            if (value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9))
                values.push_back(value);
        }
    }
    return values;
}

/// Those of the linear rule that lie within [min, max].
std::vector<Tick> linearTicks(double min, double max, int target, NumberStyle style) {
    const double step = niceStep(max - min, target);
    std::vector<Tick> ticks;
    for (double n = std::ceil(min / step - 1e-9); n <= max / step + 1e-9; ++n)
        ticks.push_back({n * step, tickText(n * step, step, style)});
    return ticks;
}

std::vector<Tick> logTicks(double min, double max, int target) {
    std::vector<double> values;
    const std::vector<double> fine{1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9};
    for (const auto& mantissas : {fine, {1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 5}, {1, 3}, {1}}) {
        values = logValues(min, max, mantissas, 1);
        if (static_cast<int>(values.size()) <= target)
            break;
    }
    for (int decades = 2; static_cast<int>(values.size()) > target && decades < 64; ++decades)
        values = logValues(min, max, {1}, decades);
    if (values.size() < 2) // less than a tick's distance: the linear rule knows finer steps
        return linearTicks(min, max, target, NumberStyle::Plain);
    std::vector<Tick> ticks;
    for (const double value : values) {
        const double base = std::pow(10.0, std::floor(std::log10(value) + 1e-9));
        const bool half = std::abs(value / base - std::round(value / base)) > 1e-6;
        ticks.push_back({value, half ? numberText(value, 2) : logTickText(value)});
    }
    return ticks;
}

} // namespace

double Scale::position(double value) const {
    if (log)
        return value > 0 ? std::log(value / min) / std::log(max / min) : std::nan("");
    return (value - min) / (max - min);
}

double Scale::value(double position) const {
    return log ? min * std::pow(max / min, position) : min + position * (max - min);
}

double niceStep(double span, int target) {
    assert(span > 0 && target > 0);
    const double raw = span / target;
    const double base = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double m : {1.0, 2.0, 5.0})
        if (raw <= m * base * (1 + 1e-9))
            return m * base;
    return 10 * base;
}

Scale linearScale(double min, double max, int target, NumberStyle style, bool fromZero) {
    if (fromZero && max > 0) // what reaches below, as a spread around a mean, is cut there
        min = 0;
    const double magnitude = std::max(std::abs(min), std::abs(max));
    if (!(max - min > 1e-9 * magnitude)) { // one value, as far as labels could tell
        const double half = magnitude == 0 ? 1 : magnitude * 0.1;
        min = fromZero && min == 0 ? 0 : min - half;
        max += half;
    }
    Scale scale;
    const double step = niceStep(max - min, target);
    const auto low = std::floor(min / step + 1e-9), high = std::ceil(max / step - 1e-9);
    scale.min = low * step;
    scale.max = high * step;
    for (double n = low; n <= high; ++n)
        scale.ticks.push_back({n * step, tickText(n * step, step, style)});
    return scale;
}

Scale logScale(double min, double max, int target) {
    assert(min > 0 && max >= min);
    if (max < min * 1.1) {
        min /= 1.2;
        max *= 1.2;
    }
    Scale scale;
    scale.log = true;
    // Limits on a grid of about a twelfth of a decade: still, yet close to the data.
    static constexpr std::array kLimits{1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0,
                                        5.0, 6.0,  7.0, 8.0, 9.0, 10.0};
    const double lowBase = std::pow(10.0, std::floor(std::log10(min)));
    const double highBase = std::pow(10.0, std::floor(std::log10(max)));
    for (const double m : kLimits)
        if (m * lowBase <= min * (1 + 1e-9))
            scale.min = m * lowBase;
    for (auto m = kLimits.rbegin(); m != kLimits.rend(); ++m)
        if (*m * highBase >= max * (1 - 1e-9))
            scale.max = *m * highBase;

    scale.ticks = logTicks(scale.min, scale.max, target);
    return scale;
}

Scale exactScale(double min, double max, bool log, int target, NumberStyle style) {
    assert(max > min && (!log || min > 0));
    return {min, max, log, log ? logTicks(min, max, target) : linearTicks(min, max, target, style)};
}

std::vector<Tick> stepTicks(double first, double last, int target) {
    std::vector<Tick> ticks;
    if (!(last > first)) {
        ticks.push_back({first, fixedText(first, 0)});
        return ticks;
    }
    const double step = std::max(1.0, niceStep(last - first, std::max(1, target)));
    for (double n = std::ceil(first / step - 1e-9); n * step <= last + 1e-9; ++n)
        ticks.push_back({n * step, fixedText(n * step, 0)});
    return ticks;
}

} // namespace rankscope::widgets
