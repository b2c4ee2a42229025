// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QList>
#include <QPointF>
#include <QPolygonF>
#include <QRectF>
#include <QSizeF>
#include <QString>
#include <optional>
#include <variant>
#include <vector>

class QPainter;

/// A figure as shapes on paper. Lengths are in mm from the top left corner, line widths and text
/// sizes in points, as journals ask for them. One drawing becomes SVG, PDF, PNG and the preview.
namespace rankscope::figures {

inline constexpr double kPoint = 25.4 / 72; ///< mm

struct Stroke {
    QColor colour;
    double width = 0.5;   ///< points
    QList<double> dash{}; ///< points, on and off; empty: solid
};

/// Polylines drawn as one shape; closed ones may be filled.
struct Path {
    std::vector<QPolygonF> parts;
    std::optional<Stroke> stroke;
    QColor fill{}; ///< invalid: none
    bool closed = false;
    QString name{}; ///< what it shows, for whoever edits the figure
};

struct Circle {
    QPointF centre;
    double radius = 1;
    std::optional<Stroke> stroke;
    QColor fill{}; ///< invalid: none
};

enum class Anchor : unsigned char { Start, Middle, End };

/// One line of text that stays text.
struct Text {
    QPointF at; ///< on the baseline
    QString text;
    double size = 8; ///< points
    QColor colour;
    Anchor anchor = Anchor::Start;
    bool medium = false;
    bool upward = false; ///< reads from bottom to top
};

/// Cells too many for shapes; its pixels stay squares.
struct Picture {
    QRectF box;
    QImage image;
};

/// Shapes up to the matching EndGroup belong together; `clip` cuts them off.
struct BeginGroup {
    QString name;
    std::optional<QRectF> clip{};
};
struct EndGroup {};

using Shape = std::variant<Path, Circle, Text, Picture, BeginGroup, EndGroup>;

struct Drawing {
    QSizeF size; ///< mm
    QColor ground{Qt::white};
    QString title, description;
    std::vector<Shape> shapes;

    void line(QPointF from, QPointF to, Stroke stroke);
    void rectangle(const QRectF& box, const QColor& fill);
    void add(Shape shape) { shapes.push_back(std::move(shape)); }
};

/// Draws in mm: the painter is scaled by the caller.
void paint(QPainter& painter, const Drawing& drawing);

/// In mm, of text set in Roboto.
[[nodiscard]] double textWidth(const QString& text, double points, bool medium = false);
/// Height of a capital letter, in mm.
[[nodiscard]] constexpr double capHeight(double points) {
    return 0.711 * points * kPoint;
}
/// From one baseline to the next, in mm.
[[nodiscard]] constexpr double lineHeight(double points) {
    return 1.2 * points * kPoint;
}

} // namespace rankscope::figures
