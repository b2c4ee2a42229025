// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/BandPaint.h"

#include <QPaintDevice>
#include <QPainter>
#include <QPolygonF>
#include <algorithm>
#include <cmath>

namespace rankscope::widgets {
namespace {

/// Bands are filled in pieces of so many points: a whole noisy outline costs the raster engine the
/// square of its points, as each of its scan lines crosses most of them.
constexpr std::size_t kPiece = 16;

} // namespace

void paintBand(QPainter& painter, const Band& band, const Segment& part,
               const PlotGeometry& geometry) {
    // A band may reach down to where there is no logarithm: then it ends just below the plot.
    const double lowest = geometry.y.log ? geometry.y.min / 2 : -HUGE_VAL;
    const double ratio = painter.device()->devicePixelRatioF();
    for (std::size_t begin = part.begin; begin + 1 < part.end; begin += kPiece) {
        const std::size_t last = std::min(begin + kPiece, part.end - 1);
        const auto x = [&](std::size_t i) { // pieces meet at whole pixels, and leave no seam
            const double at = geometry.toX(band.x[i]);
            return i == begin || i == last ? std::round(at * ratio) / ratio : at;
        };
        QPolygonF outline;
        outline.reserve(static_cast<qsizetype>(2 * (last - begin + 1)));
        for (std::size_t i = begin; i <= last; ++i)
            outline << QPointF(x(i), geometry.toY(band.high[i]));
        for (std::size_t i = last + 1; i-- > begin;)
            outline << QPointF(x(i), geometry.toY(std::max(band.low[i], lowest)));
        painter.drawPolygon(outline);
    }
}

} // namespace rankscope::widgets
