// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/TopMarks.h"

#include "widgets/common/NumberText.h"
#include "widgets/common/PaintText.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <optional>

namespace rankscope::widgets {
namespace {

constexpr int kMostRows = 3;
constexpr double kShape = 8;        ///< pixels, of a finding's shape and of a cross
constexpr double kPad = 5;          ///< pixels between shape, text and edge
constexpr double kFlagText = 110;   ///< pixels; longer notes are elided
constexpr double kBubbleText = 280; ///< pixels; longer notes are wrapped

QFont headFont(Layer layer) {
    return font::text(font::kAxis, layer != Layer::Notes);
}

std::string textOf(const FindingMark& finding) {
    return finding.label.empty() ? "" : finding.label + " \xC2\xB7 " + fixedText(finding.first, 0);
}

QString flagText(const NoteMark& note) {
    QString text = QString::fromStdString(note.text);
    text.replace(QLatin1Char('\n'), QLatin1Char(' '));
    return QFontMetricsF(headFont(Layer::Notes)).elidedText(text, Qt::ElideRight, kFlagText);
}

/// Puts heads side by side, and below each other where they would meet.
class Shelf {
  public:
    explicit Shelf(const PlotGeometry& geometry)
        : m_plot(geometry.plot),
          m_height(font::scaled(18)),
          m_rows(
              std::clamp(static_cast<int>(geometry.plot.height() / 2 / m_height), 1, kMostRows)) {}

    /// A place for `width` pixels beside `x`: from `x` - `before` on, or, where the plot ends, up
    /// to `x` + `before`.
    [[nodiscard]] std::optional<QRectF> place(double x, double before, double width) {
        double left = x - before;
        if (left + width > m_plot.right() && x + before - width >= m_plot.left())
            left = x + before - width;
        for (int row = 0; row < m_rows; ++row) {
            const QRectF box(left, m_plot.top() + row * m_height, width, m_height - 1);
            const bool free = std::none_of(m_taken.begin(), m_taken.end(), [&](const QRectF& t) {
                return t.adjusted(-3, 0, 3, 0).intersects(box);
            });
            if (!free)
                continue;
            m_taken.push_back(box);
            return box;
        }
        return std::nullopt;
    }

  private:
    QRectF m_plot;
    double m_height;
    int m_rows;
    std::vector<QRectF> m_taken;
};

void paintCross(QPainter& painter, QPointF at, const QColor& colour) {
    const double half = kShape / 2;
    painter.setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(at + QPointF(-half, -half), at + QPointF(half, half));
    painter.drawLine(at + QPointF(-half, half), at + QPointF(half, -half));
}

/// Bar, double bar or two rules, in a square of kShape.
void paintShape(QPainter& painter, FindingShape shape, QPointF centre, const QColor& colour) {
    const QRectF box(centre - QPointF(kShape, kShape) / 2, QSizeF(kShape, kShape));
    switch (shape) {
    case FindingShape::Persistent:
        painter.fillRect(box.adjusted(0, 1.5, 0, -1.5), colour);
        break;
    case FindingShape::Group:
        painter.fillRect(box.adjusted(0, 0.5, 0, -4.5), colour);
        painter.fillRect(box.adjusted(0, 4.5, 0, -0.5), colour);
        break;
    case FindingShape::Exact:
        painter.fillRect(box.adjusted(0, 1.5, 0, -5), colour);
        painter.fillRect(box.adjusted(0, 5, 0, -1.5), colour);
        break;
    case FindingShape::Transient: {
        const double half = kShape / 2 + 0.5;
        const QPointF diamond[] = {centre + QPointF(0, -half), centre + QPointF(half, 0),
                                   centre + QPointF(0, half), centre + QPointF(-half, 0)};
        painter.setPen(QPen(colour, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolygon(diamond, 4);
        break;
    }
    }
}

void paintFinding(QPainter& painter, const FindingMark& finding, const TopMark& mark, double x,
                  const Theme& theme) {
    const QRectF& box = mark.box;
    const bool transient = finding.shape == FindingShape::Transient;
    // The diamond stands at its step, the other shapes in a tab that begins there.
    const bool leftOf = box.center().x() < x;
    if (!transient)
        painter.fillRect(box, theme.departed);
    const double shapeX = transient ? x : box.left() + kPad + kShape / 2;
    const QColor colour = transient ? theme.mean : theme.onAccent;
    paintShape(painter, finding.shape, {shapeX, box.center().y()}, colour);
    if (!mark.worded)
        return;
    const double inner = kShape + (transient ? kPad : 2 * kPad);
    painter.setPen(transient ? theme.text1 : theme.onAccent);
    paintText(painter,
              transient && leftOf ? box.adjusted(0, 0, -inner, 0) : box.adjusted(inner, 0, 0, 0),
              Qt::AlignLeft | Qt::AlignVCenter, textOf(finding));
}

void paintFindingLines(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                       const Theme& theme) {
    painter.setPen(QPen(theme.departed, 1));
    for (const FindingMark& finding : frame.findings) {
        if (!geometry.shows(finding.first) || finding.shape == FindingShape::Transient)
            continue;
        const double x = crisp(geometry.toX(finding.first));
        painter.drawLine(QPointF(x, geometry.plot.top()), QPointF(x, geometry.plot.bottom()));
    }
}

void paintNotePoles(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                    const Theme& theme) {
    QColor colour = theme.chosen;
    colour.setAlphaF(0.6F);
    painter.setPen(QPen(colour, 1));
    for (const NoteMark& note : frame.notes) {
        if (!geometry.shows(note.x))
            continue;
        const double x = crisp(geometry.toX(note.x));
        painter.drawLine(QPointF(x, geometry.plot.top()), QPointF(x, geometry.plot.bottom()));
    }
}

void paintFlag(QPainter& painter, const NoteMark& note, const TopMark& mark, double x,
               const Theme& theme) {
    const QRectF box = mark.box.adjusted(0, 1, 0, -1);
    painter.fillRect(box, theme.raised);
    const bool leftOf = box.center().x() < x;
    painter.fillRect(QRectF(leftOf ? box.right() - 2 : box.left(), box.top(), 2, box.height()),
                     theme.chosen);
    if (!mark.worded)
        return;
    painter.setPen(theme.text1);
    painter.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, flagText(note));
}

} // namespace

std::vector<TopMark> topMarks(const ChartFrame& frame, const PlotGeometry& geometry) {
    std::vector<TopMark> marks;
    Shelf shelf(geometry);
    const auto put = [&](Layer layer, std::size_t index, double x, double before, double shape,
                         double text) {
        auto box = shelf.place(x, before, shape + text);
        const bool worded = box.has_value() && text > 0;
        if (!box && text > 0)
            box = shelf.place(x, before, shape);
        if (box)
            marks.push_back({layer, index, *box, worded});
    };
    const QFontMetricsF bold(headFont(Layer::Findings));
    const auto textWidth = [&](const std::string& text) {
        return text.empty() ? 0 : bold.horizontalAdvance(QString::fromStdString(text)) + kPad;
    };
    for (std::size_t i = 0; i < frame.findings.size(); ++i) {
        const FindingMark& finding = frame.findings[i];
        if (!geometry.shows(finding.first) || finding.label.empty())
            continue;
        const bool transient = finding.shape == FindingShape::Transient;
        put(Layer::Findings, i, geometry.toX(finding.first), transient ? kShape / 2 + 1 : 0,
            kShape + (transient ? kPad : 2 * kPad), textWidth(textOf(finding)));
    }
    double free = geometry.plot.left() - 1;
    for (std::size_t i = 0; i < frame.nonFinite.size(); ++i) {
        const double x = geometry.toX(frame.nonFinite[i].x);
        if (!geometry.shows(frame.nonFinite[i].x) || x < free)
            continue; // a cross stands here already
        put(Layer::NonFinite, i, x, kShape / 2 + 1, kShape + kPad,
            textWidth(frame.nonFinite[i].label));
        free = x + kShape + 2;
        if (!marks.empty() && marks.back().layer == Layer::NonFinite && marks.back().index == i)
            free = std::max(free, marks.back().box.right());
    }
    const QFontMetricsF plain(headFont(Layer::Notes));
    for (std::size_t i = 0; i < frame.notes.size(); ++i)
        if (geometry.shows(frame.notes[i].x) && !frame.notes[i].text.empty())
            put(Layer::Notes, i, geometry.toX(frame.notes[i].x), 0, kPad,
                plain.horizontalAdvance(flagText(frame.notes[i])) + 2 * kPad);
    return marks;
}

void paintTopMarks(QPainter& painter, const ChartFrame& frame, const PlotGeometry& geometry,
                   const Theme& theme) {
    paintFindingLines(painter, frame, geometry, theme);
    paintNotePoles(painter, frame, geometry, theme);
    for (const TopMark& mark : topMarks(frame, geometry)) {
        painter.setFont(headFont(mark.layer));
        if (mark.layer == Layer::Findings) {
            const FindingMark& finding = frame.findings[mark.index];
            paintFinding(painter, finding, mark, crisp(geometry.toX(finding.first)), theme);
        } else if (mark.layer == Layer::Notes) {
            const NoteMark& note = frame.notes[mark.index];
            paintFlag(painter, note, mark, crisp(geometry.toX(note.x)), theme);
        } else {
            const NonFiniteMark& nonFinite = frame.nonFinite[mark.index];
            const double x = geometry.toX(nonFinite.x);
            paintCross(painter, {x, mark.box.center().y()}, theme.mean);
            painter.setPen(theme.text1);
            const bool leftOf = mark.box.center().x() < x - kShape;
            if (mark.worded)
                paintText(painter, leftOf ? mark.box : mark.box.adjusted(kShape + kPad, 0, 0, 0),
                          Qt::AlignLeft | Qt::AlignVCenter, nonFinite.label);
        }
    }
}

void paintNoteText(QPainter& painter, const NoteMark& note, const QRectF& flag,
                   const PlotGeometry& geometry, const Theme& theme) {
    const QFont font = headFont(Layer::Notes);
    const QString text = QString::fromStdString(note.text);
    const QRectF& plot = geometry.plot;
    const int flags = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;
    QRectF box = QFontMetricsF(font).boundingRect(
        QRectF(0, 0, std::min(kBubbleText, plot.width() - 24), 10'000), flags, text);
    box.adjust(-8, -5, 8, 5);
    box.moveTopLeft(
        {std::clamp(flag.left(), plot.left(), plot.right() - box.width()), flag.bottom() + 3});
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.chosen, 1));
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.setFont(font);
    painter.setPen(theme.text1);
    painter.drawText(box.adjusted(8, 5, -8, -5), flags, text);
}

} // namespace rankscope::widgets
