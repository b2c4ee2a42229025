// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/ChartFigure.h"

#include "app/export/ChartMarks.h"
#include "app/export/PaperStyle.h"
#include "widgets/charts/ChartMarks.h"
#include "widgets/charts/LineStyle.h"
#include "widgets/charts/Segments.h"

#include <algorithm>
#include <cmath>

namespace rankscope::figures {

using namespace paper;
using widgets::Band;
using widgets::BandKind;
using widgets::ChartFrame;
using widgets::Curve;
using widgets::Ink;
using widgets::PlotGeometry;
using widgets::Scale;
using widgets::Segment;
using widgets::Theme;
using widgets::Tick;

namespace {

constexpr double kPixelsPerMm = 4.2;     ///< scaleFor() counts in pixels: a tick every 8 mm
constexpr std::size_t kDense = 1'000;    ///< points; a thicker noisy line would be a blot
constexpr double kPointsPerPixel = 0.75; ///< as screens count
constexpr double kLabelApart = 5;        ///< mm between two step labels

std::string yTitleOf(const ChartFrame& frame) {
    return frame.yTitle.empty() ? frame.title : frame.yTitle;
}

double widest(const std::vector<Tick>& ticks) {
    double width = 0;
    for (const Tick& tick : ticks)
        width = std::max(width, textWidth(text(tick.label), kAxisText));
    return width;
}

/// A band's colour on what lies under it.
QColor bandColour(const Band& band, const Theme& theme) {
    QColor ground = theme.plot;
    if (band.kind == BandKind::Inner)
        ground = bandColour({{}, {}, {}, BandKind::Outer, band.quiet}, theme);
    else if (band.kind == BandKind::Expected95)
        ground = bandColour({{}, {}, {}, BandKind::Expected999, band.quiet}, theme);
    return opaque(widgets::colourOf(band, theme), ground);
}

void drawBand(Drawing& drawing, const Band& band, const PlotGeometry& geometry,
              const Theme& theme) {
    // A band may reach down to where there is no logarithm: then it ends just below the plot.
    const double lowest = geometry.y.log ? geometry.y.min / 2 : -HUGE_VAL;
    Path area;
    area.fill = bandColour(band, theme);
    area.closed = true;
    for (const Segment& part : widgets::segments(band.low, band.high, geometry.y.log)) {
        if (part.size() < 2)
            continue;
        QPolygonF outline;
        for (std::size_t i = part.begin; i < part.end; ++i)
            outline << QPointF(geometry.toX(band.x[i]), geometry.toY(band.high[i]));
        for (std::size_t i = part.end; i-- > part.begin;)
            outline << QPointF(geometry.toX(band.x[i]),
                               geometry.toY(std::max(band.low[i], lowest)));
        area.parts.push_back(std::move(outline));
    }
    if (!area.parts.empty())
        drawing.add(std::move(area));
}

std::string nameOf(const Curve& curve) {
    if (curve.rank >= 0)
        return "rank-" + std::to_string(curve.rank);
    return curve.name.empty() ? curve.endLabel : curve.name;
}

bool dense(const Curve& curve) {
    return curve.x.size() >= kDense;
}

Stroke strokeOf(const Curve& curve, const Theme& theme) {
    const bool thick = widgets::widthOf(curve) > 1 && !dense(curve);
    Stroke stroke{opaque(widgets::colourOf(curve, theme), theme.plot), thick ? kThick : kThin};
    if (const auto dash = widgets::dashPattern(curve); dash.off > 0)
        stroke.dash = {dash.on * kPointsPerPixel, dash.off * kPointsPerPixel};
    return stroke;
}

/// Along a noisy line dashes would be noise, too: they go along the axis of steps instead.
void cutIntoDashes(const QPolygonF& points, const Stroke& stroke, std::vector<QPolygonF>& parts) {
    const double on = stroke.dash[0] * kPoint, period = on + stroke.dash[1] * kPoint;
    bool drawn = false;
    for (const QPointF& point : points) {
        const bool draws = std::fmod(point.x() - points.front().x(), period) < on;
        if (draws && !drawn)
            parts.emplace_back();
        if (draws)
            parts.back() << point;
        drawn = draws;
    }
    std::erase_if(parts, [](const QPolygonF& part) { return part.size() < 2; });
}

void drawCurve(Drawing& drawing, const Curve& curve, const PlotGeometry& geometry,
               const Theme& theme) {
    const Stroke stroke = strokeOf(curve, theme);
    Path line;
    line.stroke = stroke;
    line.name = text(nameOf(curve));
    std::vector<QPointF> lone;
    for (const Segment& part : widgets::segments(curve.y, geometry.y.log)) {
        QPolygonF points;
        for (std::size_t i = part.begin; i < part.end; ++i)
            points << QPointF(geometry.toX(curve.x[i]), geometry.toY(curve.y[i]));
        if (part.size() == 1)
            lone.push_back(points.front());
        else if (!stroke.dash.empty() && dense(curve))
            cutIntoDashes(points, stroke, line.parts);
        else
            line.parts.push_back(std::move(points));
    }
    if (dense(curve))
        line.stroke->dash.clear();
    if (!line.parts.empty())
        drawing.add(std::move(line));
    if (curve.behind)
        return;
    for (const QPointF& point : lone)
        drawing.add(Circle{point, stroke.width * kPoint, std::nullopt, stroke.colour});
}

void drawGround(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                const Theme& theme) {
    const QRectF& plot = geometry.plot;
    drawFindingSpans(drawing, frame, geometry, theme);
    drawGaps(drawing, frame, geometry, theme);
    drawing.add(BeginGroup{QStringLiteral("bands"), plot});
    for (const Band& band : frame.bands)
        drawBand(drawing, band, geometry, theme);
    drawing.add(EndGroup{});
    if (frame.zeroLine && !geometry.y.log) {
        const double y = geometry.toY(0);
        drawing.line({plot.left(), y}, {plot.right(), y}, {theme.text3, kThin, {1, 1.5}});
    }
}

void drawAxes(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
              const ChartAxes& axes, const Theme& theme) {
    const QRectF& plot = geometry.plot;
    const Stroke stroke{theme.text1, kThin};
    drawing.add(BeginGroup{QStringLiteral("axes")});
    drawing.add(Path{{QPolygonF{{plot.topLeft(), plot.bottomLeft(), plot.bottomRight()}}}, stroke});
    for (const Tick& tick : geometry.y.ticks) {
        const double y = geometry.toY(tick.value);
        drawing.line({plot.left() - kTick, y}, {plot.left(), y}, stroke);
        if (axes.valueLabels)
            drawing.add(Text{{plot.left() - kTick - kTickGap, centred(y, kAxisText)},
                             text(tick.label),
                             kAxisText,
                             theme.text1,
                             Anchor::End});
    }
    const double baseline = plot.bottom() + kTick + kTickGap + capHeight(kAxisText);
    for (const Tick& tick : paperStepTicks(frame.first, frame.last, plot.width())) {
        const double x = geometry.toX(tick.value);
        drawing.line({x, plot.bottom()}, {x, plot.bottom() + kTick}, stroke);
        if (axes.stepLabels)
            drawing.add(
                Text{{x, baseline}, text(tick.label), kAxisText, theme.text1, Anchor::Middle});
    }
    if (axes.stepLabels)
        drawing.add(Text{{plot.center().x(), baseline + kTitleGap + capHeight(kTitleText)},
                         text(frame.xTitle),
                         kTitleText,
                         theme.text1,
                         Anchor::Middle});
    if (axes.valueLabels) {
        const double labels = kTick + kTickGap + widest(geometry.y.ticks) + kTitleGap;
        drawing.add(Text{{plot.left() - labels - 0.25 * kTitleText * kPoint, plot.center().y()},
                         text(yTitleOf(frame)),
                         kTitleText,
                         theme.text1,
                         Anchor::Middle,
                         false,
                         true});
    }
    drawing.add(EndGroup{});
}

void drawEndLabels(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                   const Theme& theme) {
    struct Label {
        QString text;
        QColor colour;
        bool medium;
    };
    std::vector<Label> labels;
    std::vector<double> wanted;
    for (const Curve& curve : frame.curves) {
        const auto y = widgets::visibleEnd(curve, geometry);
        if (curve.endLabel.empty() || !y)
            continue;
        const bool plain = curve.ink == Ink::Healthy;
        labels.push_back(
            {text(curve.endLabel), plain ? theme.text3 : theme.ink(curve.ink), !plain});
        wanted.push_back(*y);
    }
    for (const widgets::ReferenceLine& line : frame.references) {
        const double y = geometry.toY(line.y);
        if (line.label.empty() || !(y >= geometry.plot.top() && y <= geometry.plot.bottom()))
            continue;
        labels.push_back({text(line.label), theme.text3, false});
        wanted.push_back(y);
    }
    const auto placed = widgets::spreadLabels(wanted, lineHeight(kAxisText), geometry.plot.top(),
                                              geometry.plot.bottom());
    drawing.add(BeginGroup{QStringLiteral("labels")});
    for (std::size_t i = 0; i < labels.size(); ++i)
        drawing.add(Text{{geometry.plot.right() + kEndGap, centred(placed[i], kAxisText)},
                         labels[i].text,
                         kAxisText,
                         labels[i].colour,
                         Anchor::Start,
                         labels[i].medium});
    drawing.add(EndGroup{});
}

} // namespace

Scale paperScale(const ChartFrame& frame, double height) {
    return widgets::scaleFor(frame, height * kPixelsPerMm);
}

std::vector<Tick> paperStepTicks(double first, double last, double width) {
    const double label = std::max(widest(widgets::stepTicks(first, last, 2)), 4.0);
    return widgets::stepTicks(first, last,
                              std::max(2, static_cast<int>(width / (label + kLabelApart))));
}

QMarginsF chartMargins(const ChartFrame& frame, const Scale& scale, const ChartAxes& axes) {
    const double half = lineHeight(kAxisText) / 2;
    const double step = widest(widgets::stepTicks(frame.first, frame.last, 2)) / 2;
    double left = kTick + kEdge, bottom = kTick + kEdge, right = step;
    if (axes.valueLabels)
        left = kTick + kTickGap + widest(scale.ticks) + kTitleGap + kTitleText * kPoint + kEdge;
    if (axes.stepLabels)
        bottom = kTick + kTickGap + capHeight(kAxisText) + kTitleGap + capHeight(kTitleText) +
                 0.25 * kTitleText * kPoint + kEdge;
    const auto name = [&](const std::string& label, bool medium) {
        if (!label.empty())
            right = std::max(right, kEndGap + textWidth(text(label), kAxisText, medium));
    };
    for (const Curve& curve : frame.curves)
        name(curve.endLabel, curve.ink != Ink::Healthy);
    for (const widgets::ReferenceLine& line : frame.references)
        name(line.label, false);
    return {left, half, right + kEdge, bottom};
}

void drawChart(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
               const ChartAxes& axes, const Theme& theme) {
    drawGround(drawing, frame, geometry, theme);
    drawReferences(drawing, frame, geometry, theme);
    const double air = kThick * kPoint; // a line at a limit keeps its full width
    drawing.add(BeginGroup{QStringLiteral("curves"), geometry.plot.adjusted(0, -air, 0, air)});
    for (const Curve& curve : frame.curves)
        drawCurve(drawing, curve, geometry, theme);
    drawing.add(EndGroup{});
    drawMarks(drawing, frame, geometry, theme);
    drawAxes(drawing, frame, geometry, axes, theme);
    drawEndLabels(drawing, frame, geometry, theme);
}

} // namespace rankscope::figures
