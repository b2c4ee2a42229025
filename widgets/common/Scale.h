// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/ChartFrame.h"

#include <string>
#include <vector>

/// Axis limits and ticks. Qt-free.
namespace rankscope::widgets {

struct Tick {
    double value = 0;
    std::string label;
};

/// Limits of a y axis and the ticks within. On a logarithmic scale limits and ticks are still
/// data values; position() does the mapping.
struct Scale {
    double min = 0, max = 1;
    bool log = false;
    std::vector<Tick> ticks;

    /// 0 at min, 1 at max; NaN where a logarithm is undefined.
    [[nodiscard]] double position(double value) const;
    /// Its inverse.
    [[nodiscard]] double value(double position) const;
};

/// Largest of 1, 2, 5 x 10^n that gives at least `target` steps in `span`, or the one nearest it.
[[nodiscard]] double niceStep(double span, int target);

/// Limits move by whole ticks, so that a growing run doesn't make the axis creep.
/// `target`: how many ticks there is room for.
[[nodiscard]] Scale linearScale(double min, double max, int target, NumberStyle style,
                                bool fromZero);
/// Both limits > 0.
[[nodiscard]] Scale logScale(double min, double max, int target);

/// Exactly these limits, and the ticks between them. max > min, and both > 0 if `log`.
[[nodiscard]] Scale exactScale(double min, double max, bool log, int target, NumberStyle style);

/// Ticks of an x axis in steps: whole numbers only, strictly within [first, last].
[[nodiscard]] std::vector<Tick> stepTicks(double first, double last, int target);

} // namespace rankscope::widgets
