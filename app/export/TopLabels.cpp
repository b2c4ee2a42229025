// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/TopLabels.h"

#include "app/export/ChartMarks.h"
#include "app/export/PaperStyle.h"
#include "widgets/common/NumberText.h"

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

constexpr double kCross = 0.9;  ///< mm, half of its side
constexpr double kShape = 1.8;  ///< mm, side
constexpr double kBeside = 0.8; ///< mm between a mark and its words
constexpr int kMostLines = 4;

/// The class of a finding, told by shape; centred on `centre`.
void drawFindingShape(Drawing& drawing, FindingShape shape, QPointF centre, const QColor& colour) {
    const auto bar = [&](double dy, double height) {
        drawing.rectangle({centre.x() - kShape / 2, centre.y() + dy - height / 2, kShape, height},
                          colour);
    };
    switch (shape) {
    case FindingShape::Persistent:
        bar(0, 1.1);
        break;
    case FindingShape::Group:
        bar(-0.5, 0.6);
        bar(0.5, 0.6);
        break;
    case FindingShape::Exact:
        bar(-0.4, 0.25);
        bar(0.4, 0.25);
        break;
    case FindingShape::Transient: {
        const double half = kShape / 2;
        drawing.add(Path{{QPolygonF{{centre + QPointF(0, -half), centre + QPointF(half, 0),
                                     centre + QPointF(0, half), centre + QPointF(-half, 0)}}},
                         Stroke{colour, kThick},
                         {},
                         true});
        break;
    }
    }
}

std::string textOf(const FindingMark& finding) {
    return finding.label + " \xC2\xB7 " + widgets::fixedText(finding.first, 0);
}

class TopLabels {
  public:
    TopLabels(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
              const Theme& theme)
        : m_drawing(drawing),
          m_frame(frame),
          m_geometry(geometry),
          m_theme(theme),
          m_taken(static_cast<std::size_t>(
              std::clamp(static_cast<int>(geometry.plot.height() / 2 / lineHeight(kAxisText)), 1,
                         kMostLines))) {}

    void draw() {
        nonFinite();
        findings();
        notes();
        gaps();
    }

  private:
    /// A label: a mark of some width at `x`, and words beside it.
    struct Place {
        double left = 0, right = 0, words = 0, y = 0;
    };

    void nonFinite() {
        double free = -HUGE_VAL;
        for (const widgets::NonFiniteMark& mark : m_frame.nonFinite) {
            const double x = m_geometry.toX(mark.x);
            if (!m_geometry.shows(mark.x) || x - kCross < free)
                continue; // out of sight, or a cross stands here already
            free = x + kCross;
            const QString words = text(mark.label);
            const auto place = take(x, kCross, words, true);
            const double y = place ? place->y : lineAt(0);
            const QPointF down(kCross, kCross), up(kCross, -kCross), centre(x, y);
            m_drawing.add(Path{
                {QPolygonF{{centre - down, centre + down}}, QPolygonF{{centre - up, centre + up}}},
                Stroke{m_theme.mean, kThick}});
            if (place)
                write({place->words, y}, words, {m_theme.text1, true});
        }
    }

    void findings() {
        const QRectF& plot = m_geometry.plot;
        for (const FindingMark& mark : m_frame.findings) {
            const QRectF span = spanOf(m_geometry, mark);
            const QString words = text(textOf(mark));
            const double width = kShape + kBeside + textWidth(words, kAxisText, true);
            if (span.width() <= 0)
                continue;
            const double left =
                std::max(plot.left(), std::min(span.left() + 0.6, plot.right() - width));
            if (const auto y = take(left, left + width)) {
                m_drawing.rectangle({left - 0.2, *y - lineHeight(kAxisText) / 2, kShape + kBeside,
                                     lineHeight(kAxisText)},
                                    groundAt(m_frame, m_geometry, left + width / 2, m_theme));
                drawFindingShape(m_drawing, mark.shape, {left + kShape / 2, *y}, m_theme.departed);
                write({left + kShape + kBeside, *y}, words, {m_theme.departed, true});
            }
        }
    }

    void notes() {
        for (const widgets::NoteMark& mark : m_frame.notes) {
            const QString words = text(mark.text);
            if (!m_geometry.shows(mark.x))
                continue;
            if (const auto place = take(m_geometry.toX(mark.x), 0, words, false))
                write({place->words, place->y}, words, {m_theme.chosen, false});
        }
    }

    void gaps() {
        for (const widgets::Gap& gap : m_frame.gaps) {
            const QRectF area = spanOf(m_geometry, gap.first, gap.last);
            for (const std::string& label : {gap.label, gap.brief}) {
                const QString words = text(label);
                const double width = textWidth(words, kAxisText);
                if (words.isEmpty() || width + 1 > area.width())
                    continue;
                const double left = area.center().x() - width / 2;
                if (const auto y = take(left, left + width)) {
                    write({left, *y}, words, {m_theme.text3, false});
                    break;
                }
            }
        }
    }

    /// At the right of `x`, or at its left where there is no room.
    std::optional<Place> take(double x, double half, const QString& words, bool medium) {
        const double width = textWidth(words, kAxisText, medium), far = half + kBeside + width;
        const QRectF& plot = m_geometry.plot;
        Place place{x - half, x + far, x + half + kBeside};
        if (place.right > plot.right() && x - far >= plot.left())
            place = {x - far, x + half, x - far};
        const auto y = take(place.left, place.right);
        if (!y)
            return std::nullopt;
        place.y = *y;
        return place;
    }
    std::optional<double> take(double left, double right) {
        for (std::size_t line = 0; line < m_taken.size(); ++line) {
            auto& taken = m_taken[line];
            const bool free = std::none_of(taken.begin(), taken.end(), [&](const auto& t) {
                return left < t.second + kBeside && t.first - kBeside < right;
            });
            if (!free)
                continue;
            taken.emplace_back(left, right);
            return lineAt(line);
        }
        return std::nullopt;
    }
    [[nodiscard]] double lineAt(std::size_t line) const {
        return m_geometry.plot.top() + (static_cast<double>(line) + 0.5) * lineHeight(kAxisText);
    }
    void write(QPointF at, const QString& words, const WordStyle& style) {
        drawWords(m_drawing, m_frame, m_geometry, at, words, style, m_theme);
    }

    Drawing& m_drawing;
    const ChartFrame& m_frame;
    const PlotGeometry& m_geometry;
    const Theme& m_theme;
    std::vector<std::vector<std::pair<double, double>>> m_taken; ///< per line
};

} // namespace

void drawTopLabels(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry,
                   const Theme& theme) {
    TopLabels(drawing, frame, geometry, theme).draw();
}

void drawWords(Drawing& drawing, const ChartFrame& frame, const PlotGeometry& geometry, QPointF at,
               const QString& words, const WordStyle& style, const Theme& theme) {
    const double width = textWidth(words, kAxisText, style.medium);
    const double height = lineHeight(kAxisText);
    drawing.rectangle({at.x() - 0.3, at.y() - height / 2, width + 0.6, height},
                      groundAt(frame, geometry, at.x() + width / 2, theme));
    drawing.add(Text{{at.x(), centred(at.y(), kAxisText)},
                     words,
                     kAxisText,
                     style.colour,
                     Anchor::Start,
                     style.medium});
}

} // namespace rankscope::figures
