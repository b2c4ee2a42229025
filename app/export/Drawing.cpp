// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/Drawing.h"

#include <QFontMetricsF>
#include <QPaintEngine>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>

namespace rankscope::figures {
namespace {

/// Text is set this large and scaled down: QFont knows no fractions of a pixel, and widths at this
/// size are free of hinting.
constexpr int kSetAt = 100;

/// The raster engine takes quadratic time to join a long noisy line; round caps hide the seams.
constexpr qsizetype kPiece = 64;

/// Not the widgets' font::text(): paper knows nothing of the desktop's text size.
QFont setFont(bool medium) {
    QFont font;
    font.setFamilies(
        {QStringLiteral("Roboto"), QStringLiteral("Open Sans"), QStringLiteral("DejaVu Sans")});
    font.setPixelSize(kSetAt);
    font.setWeight(medium ? QFont::Medium : QFont::Normal);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QPen penOf(const std::optional<Stroke>& stroke) {
    if (!stroke)
        return Qt::NoPen;
    QPen pen(stroke->colour, stroke->width * kPoint);
    pen.setJoinStyle(Qt::RoundJoin);
    pen.setCapStyle(stroke->dash.empty() ? Qt::RoundCap : Qt::FlatCap);
    QList<qreal> dash;
    for (const double length : stroke->dash)
        dash << length / stroke->width; // Qt counts in widths of the pen
    if (!dash.empty())
        pen.setDashPattern(dash);
    return pen;
}

QBrush brushOf(const QColor& fill) {
    return fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush);
}

struct Painting {
    QPainter& painter;
    bool raster;

    void operator()(const Path& path) const {
        painter.setPen(penOf(path.stroke));
        painter.setBrush(brushOf(path.fill));
        if (path.closed) {
            QPainterPath outline;
            for (const QPolygonF& part : path.parts) {
                outline.addPolygon(part);
                outline.closeSubpath();
            }
            painter.drawPath(outline);
            return;
        }
        for (const QPolygonF& part : path.parts) {
            const bool pieces = raster && path.stroke && path.stroke->dash.empty();
            const qsizetype step = pieces ? kPiece : std::max<qsizetype>(part.size(), 1);
            for (qsizetype i = 0; i + 1 < part.size(); i += step)
                painter.drawPolyline(part.constData() + i,
                                     static_cast<int>(std::min(step + 1, part.size() - i)));
        }
    }
    void operator()(const Circle& circle) const {
        painter.setPen(penOf(circle.stroke));
        painter.setBrush(brushOf(circle.fill));
        painter.drawEllipse(circle.centre, circle.radius, circle.radius);
    }
    void operator()(const Text& text) const {
        painter.save();
        painter.translate(text.at);
        if (text.upward)
            painter.rotate(-90);
        const double scale = text.size * kPoint / kSetAt;
        painter.scale(scale, scale);
        painter.setFont(setFont(text.medium));
        painter.setPen(text.colour);
        const double width = textWidth(text.text, text.size, text.medium) / scale;
        const double before = text.anchor == Anchor::Start    ? 0
                              : text.anchor == Anchor::Middle ? width / 2
                                                              : width;
        painter.drawText(QPointF(-before, 0), text.text);
        painter.restore();
    }
    void operator()(const Picture& picture) const {
        painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
        painter.drawImage(picture.box, picture.image);
    }
    void operator()(const BeginGroup& group) const {
        painter.save();
        if (group.clip)
            painter.setClipRect(*group.clip, Qt::IntersectClip);
    }
    void operator()(const EndGroup&) const { painter.restore(); }
};

} // namespace

void Drawing::line(QPointF from, QPointF to, Stroke stroke) {
    add(Path{{QPolygonF{{from, to}}}, std::move(stroke)});
}

void Drawing::rectangle(const QRectF& box, const QColor& fill) {
    const QPolygonF corners{{box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()}};
    add(Path{{corners}, std::nullopt, fill, true});
}

void paint(QPainter& painter, const Drawing& drawing) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    painter.fillRect(QRectF({}, drawing.size), drawing.ground);
    const bool raster = painter.paintEngine()->type() == QPaintEngine::Raster;
    for (const Shape& shape : drawing.shapes)
        std::visit(Painting{painter, raster}, shape);
}

double textWidth(const QString& text, double points, bool medium) {
    return QFontMetricsF(setFont(medium)).horizontalAdvance(text) * points * kPoint / kSetAt;
}

} // namespace rankscope::figures
