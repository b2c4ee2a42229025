// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

/// Qt-free: where a line with undefined values is broken.
namespace rankscope::widgets {

/// A run of drawable points, [begin, end).
struct Segment {
    std::size_t begin = 0, end = 0;
    [[nodiscard]] std::size_t size() const { return end - begin; }
};

template <class Drawable>
[[nodiscard]] std::vector<Segment> segmentsWhere(std::size_t count, Drawable drawable) {
    std::vector<Segment> found;
    for (std::size_t i = 0; i < count; ++i) {
        if (!drawable(i))
            continue;
        if (found.empty() || found.back().end != i)
            found.push_back({i, i});
        found.back().end = i + 1;
    }
    return found;
}

[[nodiscard]] inline bool isDrawable(double y, bool log) {
    return std::isfinite(y) && (!log || y > 0);
}

[[nodiscard]] inline std::vector<Segment> segments(const std::vector<double>& y, bool log) {
    return segmentsWhere(y.size(), [&](std::size_t i) { return isDrawable(y[i], log); });
}

[[nodiscard]] inline std::vector<Segment> segments(const std::vector<double>& low,
                                                   const std::vector<double>& high, bool log) {
    return segmentsWhere(low.size(), [&](std::size_t i) {
        return std::isfinite(low[i]) && isDrawable(high[i], log);
    });
}

} // namespace rankscope::widgets
