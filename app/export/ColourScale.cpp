// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/ColourScale.h"

#include "app/export/PaperStyle.h"
#include "widgets/common/NumberText.h"
#include "widgets/heatmap/CosineColors.h"

#include <algorithm>
#include <cmath>

namespace rankscope::figures {

using namespace paper;
using widgets::CosineColors;
using widgets::HeatmapFrame;
using widgets::HeatmapScale;

namespace {

constexpr double kBar = 2;      ///< mm, height
constexpr double kWidest = 70;  ///< mm
constexpr double kAbove = 2;    ///< mm
constexpr double kFarthest = 6; ///< standard deviations, see HeatmapScale::Distance

/// -1..1 along the bar.
double place(HeatmapScale scale, double value) {
    return scale == HeatmapScale::Cosine ? CosineColors::position(value) : value / kFarthest;
}

double valueAt(HeatmapScale scale, double position) {
    return scale == HeatmapScale::Cosine ? std::copysign(position * position, position)
                                         : position * kFarthest;
}

std::vector<double> ticksOf(HeatmapScale scale) {
    if (scale == HeatmapScale::Cosine)
        return {-1, -0.5, -0.1, 0, 0.1, 0.5, 1};
    return {-6, -4, -2, 0, 2, 4, 6};
}

std::string tickText(HeatmapScale scale, double value) {
    if (scale == HeatmapScale::Cosine && std::abs(value) < 1)
        return widgets::cosineText(value, 1);
    const std::string digits = widgets::fixedText(std::abs(value), 0);
    return value == 0 ? "0" : (value < 0 ? widgets::kMinus : "+") + digits;
}

QString titleOf(const HeatmapFrame& frame) {
    std::string title = frame.title;
    if (title.empty())
        title = frame.scale == HeatmapScale::Distance ? "Distance from the median rank"
                : frame.square()                      ? "Cosine"
                                                      : "Leave-one-out cosine";
    if (!frame.unit.empty())
        title += " (" + frame.unit + ")";
    double worst = 0;
    for (const double sd : frame.sd)
        worst = std::max(worst, std::isfinite(sd) ? sd : 0);
    if (worst > 0)
        title += ", \xC2\xB1" + widgets::cosineText(2 * worst, 3).substr(1) + " (2 sd)";
    return text(title);
}

} // namespace

void drawColourScale(Drawing& drawing, const HeatmapFrame& frame, QPointF topLeft, double width,
                     const widgets::Theme& theme) {
    const QRectF bar(topLeft.x(), topLeft.y() + kAbove, std::min(width, kWidest), kBar);
    const auto& colours = CosineColors::of(theme.dark).table();
    drawing.add(BeginGroup{QStringLiteral("colours"), bar});
    const int shades = 127; // each overlaps the next, so that no seam shows
    for (int i = 0; i < shades; ++i) {
        const double position = (i + 0.5) / shades * 2 - 1;
        const double left = bar.left() + i * bar.width() / shades;
        drawing.rectangle(
            {left, bar.top(), bar.right() - left, bar.height()},
            QColor(colours[CosineColors::index(frame.scale, valueAt(frame.scale, position))]));
    }
    drawing.add(EndGroup{});
    const double baseline = bar.bottom() + kTick + kTickGap + capHeight(kAxisText);
    for (const double tick : ticksOf(frame.scale)) {
        const double x = bar.center().x() + place(frame.scale, tick) * bar.width() / 2;
        drawing.line({x, bar.bottom()}, {x, bar.bottom() + kTick}, {theme.text1, kThin});
        drawing.add(Text{{x, baseline},
                         text(tickText(frame.scale, tick)),
                         kAxisText,
                         theme.text1,
                         Anchor::Middle});
    }
    drawing.add(Text{{bar.center().x(), baseline + kTitleGap + capHeight(kTitleText)},
                     titleOf(frame),
                     kTitleText,
                     theme.text1,
                     Anchor::Middle});
}

} // namespace rankscope::figures
