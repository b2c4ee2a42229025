// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/ChartMarks.h"

#include "app/export/PaperStyle.h"
#include "widgets/charts/Segments.h"

#include <algorithm>
#include <cmath>

namespace rankscope::figures {

using namespace paper;
using widgets::ChartFrame;
using widgets::FindingMark;
using widgets::FindingShape;
using widgets::PlotGeometry;
using widgets::Theme;

namespace {

constexpr double kHatchApart = 1.1; ///< mm
constexpr double kHatchLine = 0.3;  ///< points
constexpr double kCross = 0.9;      ///< mm, half of its side
constexpr double kDiamond = 1;      ///< mm, half of its diagonal
constexpr double kBeside = 0.8;     ///< mm between a mark and its text

/// Lines of text at the top of a plot: each goes to the first line where it touches no other.
class TopLines {
  public:
    explicit TopLines(const QRectF& plot) : m_plot(plot) {}

    /// Middle of the line that takes `left`..`right`; none: the plot is full.
    std::optional<double> take(double left, double right) {
        for (std::size_t line = 0; line < 3; ++line) {
            if (line == m_taken.size())
                m_taken.emplace_back();
            auto& taken = m_taken[line];
            if (std::any_of(taken.begin(), taken.end(),
                            [&](const auto& t) { return left < t.second && t.first < right; }))
                continue;
            taken.emplace_back(left, right + kBeside);
            return m_plot.top() + (static_cast<double>(line) + 0.5) * lineHeight(kAxisText);
        }
        return std::nullopt;
    }

  private:
    QRectF m_plot;
    std::vector<std::vector<std::pair<double, double>>> m_taken;
};

bool inView(const PlotGeometry& geometry, double x) {
    return x >= geometry.first && x <= geometry.last;
}

QRectF spanOf(const PlotGeometry& geometry, double first, double last) {
    const double left = std::max(geometry.plot.left(), geometry.toX(first - 0.5));
    const double right = std::min(geometry.plot.right(), geometry.toX(last + 0.5));
    return {left, geometry.plot.top(), right - left, geometry.plot.height()};
}

QRectF findingSpan(const PlotGeometry& geometry, const FindingMark& mark) {
    return spanOf(geometry, mark.first + 0.5, mark.last.value_or(geometry.last));
}

/// Text with a ground of its own, so that it reads over lines.
void note(Drawing& drawing, QPointF at, const QString& words, const QColor& colour, bool medium,
          const Theme& theme) {
    const double height = lineHeight(kAxisText);
    drawing.rectangle(
        {at.x() - 0.3, at.y() - height / 2, textWidth(words, kAxisText, medium) + 0.6, height},
        theme.plot);
    drawing.add(Text{
        {at.x(), centred(at.y(), kAxisText)}, words, kAxisText, colour, Anchor::Start, medium});
}

/// A mark with its words beside it, at the left of it where there is no room at the right.
struct Beside {
    double left, right; ///< of mark and words
    double words;       ///< where they start
};
Beside beside(double x, double half, const QString& words, bool medium, const QRectF& plot) {
    const double width = textWidth(words, kAxisText, medium);
    if (x + half + kBeside + width <= plot.right() || x - half - kBeside - width < plot.left())
        return {x - half, x + half + kBeside + width, x + half + kBeside};
    return {x - half - kBeside - width, x + half, x - half - kBeside - width};
}

/// The class of a finding, told by shape.
double drawFindingShape(Drawing& drawing, FindingShape shape, double x, double y,
                        const QColor& colour) {
    const double h = capHeight(kAxisText);
    switch (shape) {
    case FindingShape::Persistent:
        drawing.rectangle({x, y - h / 2, 0.8, h}, colour);
        return 0.8;
    case FindingShape::Group:
        drawing.rectangle({x, y - h / 2, 0.6, h}, colour);
        drawing.rectangle({x + 0.9, y - h / 2, 0.6, h}, colour);
        return 1.5;
    case FindingShape::Transient:
        drawing.add(
            Path{{QPolygonF{{{x, y}, {x + 0.8, y - h / 2}, {x + 1.6, y}, {x + 0.8, y + h / 2}}}},
                 Stroke{colour, kThin},
                 {},
                 true});
        return 1.6;
    case FindingShape::Exact:
        break;
    }
    for (const double dx : {0.2, 0.9})
        drawing.line({x + dx, y - h / 2}, {x + dx, y + h / 2}, {colour, kThin});
    return 1.1;
}

void drawFindingNames(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                      TopLines& lines, const Theme& theme) {
    for (const FindingMark& mark : frame.findings) {
        const QRectF span = findingSpan(geometry, mark);
        if (span.width() <= 0)
            continue;
        if (inView(geometry, mark.first))
            drawing.line(span.topLeft(), span.bottomLeft(), {theme.departed, kThin});
        const QString words = text(mark.label);
        const double width = 2.2 + textWidth(words, kAxisText, true);
        const double left = std::max(geometry.plot.left(),
                                     std::min(span.left() + 0.6, geometry.plot.right() - width));
        const auto y = lines.take(left, left + width);
        if (!y)
            continue;
        drawFindingShape(drawing, mark.shape, left, *y, theme.departed);
        drawing.add(Text{{left + 2.2, centred(*y, kAxisText)},
                         words,
                         kAxisText,
                         theme.departed,
                         Anchor::Start,
                         true});
    }
}

void drawGapNames(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                  TopLines& lines, const Theme& theme) {
    for (const widgets::Gap& gap : frame.gaps) {
        const QRectF area = spanOf(geometry, gap.first, gap.last);
        const QString words = text(gap.label);
        const double width = textWidth(words, kAxisText);
        if (words.isEmpty() || width + 1 > area.width())
            continue;
        const double left = area.center().x() - width / 2;
        if (const auto y = lines.take(left, left + width))
            note(drawing, {left, *y}, words, theme.text3, false, theme);
    }
}

void drawNonFinite(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                   TopLines& lines, const Theme& theme) {
    double free = -HUGE_VAL;
    for (const widgets::NonFiniteMark& mark : frame.nonFinite) {
        const double x = geometry.toX(mark.x);
        if (!inView(geometry, mark.x) || x - kCross < free)
            continue; // outside, or a cross stands here already
        const QString words = text(mark.label);
        const Beside place = beside(x, kCross, words, true, geometry.plot);
        free = x + kCross;
        auto y = lines.take(place.left, place.right);
        const bool named = y && !words.isEmpty();
        if (!y)
            y = geometry.plot.top() + lineHeight(kAxisText) / 2;
        const Stroke stroke{theme.mean, kThick};
        drawing.add(Path{{QPolygonF{{{x - kCross, *y - kCross}, {x + kCross, *y + kCross}}},
                          QPolygonF{{{x - kCross, *y + kCross}, {x + kCross, *y - kCross}}}},
                         stroke});
        if (named)
            drawing.add(Text{{place.words, centred(*y, kAxisText)},
                             words,
                             kAxisText,
                             theme.text1,
                             Anchor::Start,
                             true});
    }
}

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
                if (stands && inView(geometry, curve.x[i]))
                    drawing.add(Circle{{geometry.toX(curve.x[i]), geometry.toY(curve.y[i])},
                                       0.55,
                                       Stroke{theme.mean, kThin},
                                       theme.plot});
            }
    }
}

void drawNotes(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
               TopLines& lines, const Theme& theme) {
    for (const widgets::NoteMark& mark : frame.notes) {
        if (!inView(geometry, mark.x))
            continue;
        const double x = geometry.toX(mark.x);
        drawing.line({x, geometry.plot.top()}, {x, geometry.plot.bottom()},
                     {theme.text2, kThin, {3, 1.5}});
        const QString words = text(mark.text);
        const Beside place = beside(x, 0, words, false, geometry.plot);
        if (const auto y = lines.take(place.left, place.right))
            note(drawing, {place.words, *y}, words, theme.text1, false, theme);
    }
}

void drawRestarts(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                  const Theme& theme) {
    const double y = geometry.plot.bottom() - lineHeight(kAxisText) / 2 - 0.4;
    for (const widgets::RestartMark& mark : frame.restarts) {
        if (!inView(geometry, mark.x))
            continue;
        const double x = geometry.toX(mark.x);
        drawing.line({x, geometry.plot.top()}, {x, geometry.plot.bottom()},
                     {theme.text2, 0.75, {0.75, 1.5}});
        const QString words = text(mark.label);
        const Beside place = beside(x, kDiamond, words, false, geometry.plot);
        note(drawing, {place.words, y}, words, theme.text1, false, theme);
        drawing.add(
            Path{{QPolygonF{
                     {{x, y - kDiamond}, {x + kDiamond, y}, {x, y + kDiamond}, {x - kDiamond, y}}}},
                 std::nullopt,
                 theme.mean,
                 true});
    }
}

} // namespace

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
        if (const QRectF span = findingSpan(geometry, mark); span.width() > 0)
            drawing.rectangle(span, mixed(theme.departed, theme.plot, 0.06));
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
    TopLines lines(geometry.plot);
    drawFindingNames(drawing, frame, geometry, lines, theme);
    drawGapNames(drawing, frame, geometry, lines, theme);
    drawNonFinite(drawing, frame, geometry, lines, theme);
    drawBreaks(drawing, frame, geometry, theme);
    drawNotes(drawing, frame, geometry, lines, theme);
    drawRestarts(drawing, frame, geometry, theme);
    if (!frame.note.empty())
        note(drawing,
             {geometry.plot.left() + 1.2, geometry.plot.bottom() - lineHeight(kAxisText) / 2 - 0.4},
             text(frame.note), theme.text2, false, theme);
    drawing.add(EndGroup{});
}

} // namespace rankscope::figures
