// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/PlotGeometry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rankscope::widgets {
namespace {

/// Pixels that a tick takes at least.
constexpr double kTickRoom = 34, kLogTickRoom = 22;

struct Limits {
    double min = std::numeric_limits<double>::infinity(), max = -min;
};

Limits limitsOf(const ChartFrame& frame) {
    Limits limits;
    const auto takeValue = [&](double y) {
        if (std::isfinite(y) && (!frame.logY || y > 0)) {
            limits.min = std::min(limits.min, y);
            limits.max = std::max(limits.max, y);
        }
    };
    const auto take = [&](const std::vector<double>& xs, const std::vector<double>& ys) {
        for (std::size_t i = 0; i < ys.size(); ++i)
            if (xs[i] >= frame.first && xs[i] <= frame.last)
                takeValue(ys[i]);
    };
    for (const Curve& curve : frame.curves)
        take(curve.x, curve.y);
    for (const Band& band : frame.bands) {
        if (band.quiet)
            continue;
        take(band.x, band.low);
        take(band.x, band.high);
    }
    for (const ReferenceLine& line : frame.references)
        takeValue(line.y);
    if (frame.zeroLine && !frame.logY)
        takeValue(0);
    return limits;
}

} // namespace

Scale scaleFor(const ChartFrame& frame, double plotHeight, const std::optional<YRange>& chosen) {
    const int room = std::max(2, static_cast<int>(plotHeight / kTickRoom));
    const int logRoom = std::max(room, static_cast<int>(plotHeight / kLogTickRoom));
    if (chosen)
        return exactScale(chosen->low, chosen->high, frame.logY, frame.logY ? logRoom : room,
                          frame.numbers);
    const auto [min, max] = limitsOf(frame);
    if (min > max) // nothing to show
        return frame.logY ? logScale(0.1, 1, room)
                          : linearScale(0, 1, room, frame.numbers, frame.fromZero);
    return frame.logY ? logScale(min, max, logRoom)
                      : linearScale(min, max, room, frame.numbers, frame.fromZero);
}

YRange zoomed(const Scale& scale, double at, double factor) {
    const double middle = scale.position(at);
    return {scale.value(middle - middle * factor), scale.value(middle + (1 - middle) * factor)};
}

YRange moved(const Scale& scale, double fraction) {
    return {scale.value(fraction), scale.value(1 + fraction)};
}

} // namespace rankscope::widgets
