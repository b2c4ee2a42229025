// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/ChartMarks.h"

#include "app/export/PaperStyle.h"
#include "app/export/TopLabels.h"
#include "widgets/charts/RestartLabels.h"
#include "widgets/charts/Segments.h"

#include <algorithm>
#include <cmath>

namespace rankscope::figures {

using namespace paper;
using widgets::ChartFrame;
using widgets::FindingMark;
using widgets::PlotGeometry;
using widgets::Theme;

namespace {

constexpr double kHatchApart = 1.1; ///< mm
constexpr double kHatchLine = 0.3;  ///< points
constexpr double kDiamond = 1;      ///< mm, half of its diagonal

/// Hollow dots where the main curve breaks off at a step that was not finite.
void drawBreaks(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                const Theme& theme) {
    for (const widgets::Curve& curve : frame.curves) {
        if (curve.ink != widgets::Ink::Mean || curve.behind)
            continue;
        for (const widgets::Segment& part : widgets::segments(curve.y, geometry.y.log))
            for (const std::size_t i : {part.begin, part.end - 1}) {
                const bool stands = std::any_of(
                    frame.nonFinite.begin(), frame.nonFinite.end(),
                    [&](const auto& mark) { return std::abs(curve.x[i] - mark.x) <= 1; });
                if (stands && geometry.shows(curve.x[i]))
                    drawing.add(Circle{{geometry.toX(curve.x[i]), geometry.toY(curve.y[i])},
                                       0.55,
                                       Stroke{theme.mean, kThin},
                                       theme.plot});
            }
    }
}

void drawUprights(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                  const Theme& theme) {
    const auto upright = [&](double step, const Stroke& stroke) {
        const double x = geometry.toX(step);
        if (geometry.shows(step))
            drawing.line({x, geometry.plot.top()}, {x, geometry.plot.bottom()}, stroke);
    };
    for (const FindingMark& mark : frame.findings)
        upright(mark.first, {theme.departed, kThin});
    for (const widgets::NoteMark& mark : frame.notes)
        upright(mark.x, {theme.chosen, kThin, {3, 1.5}});
    for (const widgets::RestartMark& mark : frame.restarts)
        upright(mark.x, {theme.text2, 0.75, {0.75, 1.5}});
}

void drawRestarts(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                  const Theme& theme) {
    const double y = geometry.plot.bottom() - lineHeight(kAxisText) / 2 - 0.4;
    const auto widthOf = [](const std::string& words) { return textWidth(text(words), kAxisText); };
    for (const widgets::RestartLabel& label :
         placeRestartLabels(frame.restarts, geometry, kDiamond + 0.8, widthOf))
        drawWords(drawing, frame, geometry, {label.left, y}, text(label.text), {theme.text1, false},
                  theme);
    for (const widgets::RestartMark& mark : frame.restarts) {
        if (!geometry.shows(mark.x))
            continue;
        const double x = geometry.toX(mark.x);
        drawing.add(
            Path{{QPolygonF{
                     {{x, y - kDiamond}, {x + kDiamond, y}, {x, y + kDiamond}, {x - kDiamond, y}}}},
                 std::nullopt,
                 theme.mean,
                 true});
    }
}

} // namespace

QRectF spanOf(const PlotGeometry& geometry, double first, double last) {
    const double left = std::max(geometry.plot.left(), geometry.toX(first - 0.5));
    const double right = std::min(geometry.plot.right(), geometry.toX(last + 0.5));
    return {left, geometry.plot.top(), right - left, geometry.plot.height()};
}

QRectF spanOf(const PlotGeometry& geometry, const FindingMark& mark) {
    return spanOf(geometry, mark.first + 0.5, mark.last.value_or(geometry.last));
}

QColor groundAt(const ChartFrame& frame, const PlotGeometry& geometry, double x,
                const Theme& theme) {
    const bool found =
        std::any_of(frame.findings.begin(), frame.findings.end(), [&](const FindingMark& mark) {
            const QRectF span = spanOf(geometry, mark);
            return span.width() > 0 && x >= span.left() && x <= span.right();
        });
    return found ? mixed(theme.departed, theme.plot, 0.06) : theme.plot;
}

void drawHatch(Drawing& drawing, const QRectF& area, const QColor& colour) {
    Path lines;
    lines.stroke = Stroke{colour, kHatchLine};
    // Anchored to the paper, not to the area: neighbouring areas hatch as one.
    const double start = std::ceil((area.left() + area.top()) / kHatchApart) * kHatchApart;
    for (double sum = start; sum < area.right() + area.bottom(); sum += kHatchApart) {
        const double left = std::max(area.left(), sum - area.bottom());
        const double right = std::min(area.right(), sum - area.top());
        lines.parts.push_back(QPolygonF{{{left, sum - left}, {right, sum - right}}});
    }
    if (!lines.parts.empty())
        drawing.add(std::move(lines));
}

void drawFindingSpans(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                      const Theme& theme) {
    for (const FindingMark& mark : frame.findings)
        if (const QRectF span = spanOf(geometry, mark); span.width() > 0)
            drawing.rectangle(span, groundAt(frame, geometry, span.center().x(), theme));
}

void drawGaps(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
              const Theme& theme) {
    for (const widgets::Gap& gap : frame.gaps)
        if (const QRectF area = spanOf(geometry, gap.first, gap.last); area.width() > 0)
            drawHatch(drawing, area, mixed(theme.healthy, theme.plot, 0.8));
}

void drawReferences(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                    const Theme& theme) {
    const QRectF& plot = geometry.plot;
    for (const widgets::ReferenceLine& line : frame.references) {
        const double y = geometry.toY(line.y);
        if (y >= plot.top() && y <= plot.bottom())
            drawing.line({plot.left(), y}, {plot.right(), y}, {theme.text3, kThin, {4, 2}});
    }
}

void drawMarks(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
               const Theme& theme) {
    drawing.add(BeginGroup{QStringLiteral("marks")});
    drawUprights(drawing, frame, geometry, theme);
    drawTopLabels(drawing, frame, geometry, theme);
    drawBreaks(drawing, frame, geometry, theme);
    drawRestarts(drawing, frame, geometry, theme);
    if (!frame.note.empty())
        drawWords(
            drawing, frame, geometry,
            {geometry.plot.left() + 1.2, geometry.plot.bottom() - lineHeight(kAxisText) / 2 - 0.4},
            text(frame.note), {theme.text2, false}, theme);
    drawing.add(EndGroup{});
}

} // namespace rankscope::figures
