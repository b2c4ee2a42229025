// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

#include <QColor>
#include <QPen>

/// How the lines and areas of a chart look, on the screen as in figures.
namespace rankscope::widgets {

/// Pixels drawn and pixels left out; off 0: an unbroken line.
struct DashPattern {
    double on = 0, off = 0;
};

[[nodiscard]] DashPattern dashPattern(const Curve& curve);
/// Whether the pattern draws at `x` pixels from its start.
[[nodiscard]] bool isInDash(const DashPattern& dash, double x);

[[nodiscard]] QColor colourOf(const Curve& curve, const Theme& theme);
[[nodiscard]] QColor colourOf(const Band& band, const Theme& theme);
/// In device-independent pixels: what matters is thicker.
[[nodiscard]] double widthOf(const Curve& curve);
[[nodiscard]] QPen penOf(const Curve& curve, const Theme& theme);

} // namespace rankscope::widgets
