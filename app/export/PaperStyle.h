// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"
#include "widgets/common/Theme.h"

#include <string>

/// Sizes of a figure on paper: points for type and lines, mm for distances.
namespace rankscope::figures::paper {

inline constexpr double kAxisText = 8, kTitleText = 9;
inline constexpr double kThin = 0.5, kThick = 1; ///< lines
inline constexpr double kTick = 0.9;             ///< outward
inline constexpr double kTickGap = 0.7;          ///< between a tick and its label
inline constexpr double kTitleGap = 1.2;         ///< between labels and an axis title
inline constexpr double kEndGap = 1.1;           ///< between a line's end and its name
inline constexpr double kEdge = 0.6;             ///< free at the edges of the paper

[[nodiscard]] inline QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// `share` of `over` on `ground`, without transparency: what every printer can print.
[[nodiscard]] inline QColor mixed(const QColor& over, const QColor& ground, double share) {
    const auto channel = [&](int a, int b) { return qRound(a * share + b * (1 - share)); };
    return {channel(over.red(), ground.red()), channel(over.green(), ground.green()),
            channel(over.blue(), ground.blue())};
}

/// A translucent colour as it looks on `ground`.
[[nodiscard]] inline QColor opaque(const QColor& over, const QColor& ground) {
    return mixed(over, ground, over.alphaF());
}

/// Baseline that centres capitals and digits on `y`.
[[nodiscard]] constexpr double centred(double y, double points) {
    return y + capHeight(points) / 2;
}

} // namespace rankscope::figures::paper
