// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartPick.h"

#include "widgets/charts/Segments.h"

#include <algorithm>
#include <cmath>

namespace rankscope::widgets {
namespace {

constexpr double kReach = 5; ///< pixels

double distance(QPointF point, QPointF a, QPointF b) {
    const QPointF along = b - a;
    const double length = QPointF::dotProduct(along, along);
    const double t =
        length > 0 ? std::clamp(QPointF::dotProduct(point - a, along) / length, 0.0, 1.0) : 0;
    const QPointF off = point - (a + t * along);
    return std::hypot(off.x(), off.y());
}

/// Only the curve's points about the pointer are looked at.
double distance(QPointF point, const Curve& curve, const PlotGeometry& geometry) {
    const auto index = [&](double x) {
        return std::lower_bound(curve.x.begin(), curve.x.end(), geometry.fromX(x)) -
               curve.x.begin();
    };
    const auto count = static_cast<std::ptrdiff_t>(curve.x.size());
    const auto begin = std::max<std::ptrdiff_t>(1, index(point.x() - kReach));
    const auto end = std::min(count, index(point.x() + kReach) + 1);
    const auto at = [&](std::size_t i) {
        return QPointF(geometry.toX(curve.x[i]), geometry.toY(curve.y[i]));
    };
    double least = HUGE_VAL;
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
        if (isDrawable(curve.y[i - 1], geometry.y.log) && isDrawable(curve.y[i], geometry.y.log))
            least = std::min(least, distance(point, at(i - 1), at(i)));
    return least;
}

} // namespace

int curveAt(const ChartFrame& frame, const PlotGeometry& geometry, QPointF point) {
    if (!geometry.plot.contains(point))
        return -1;
    int best = -1;
    double least = kReach;
    for (std::size_t i = 0; i < frame.curves.size(); ++i) {
        const Curve& curve = frame.curves[i];
        if (curve.behind || (curve.rank < 0 && curve.name.empty()))
            continue;
        const double here = distance(point, curve, geometry);
        if (here <= least) { // of equals the one on top
            least = here;
            best = static_cast<int>(i);
        }
    }
    return best;
}

int noteAt(const std::vector<TopMark>& marks, QPointF point) {
    for (const TopMark& mark : marks)
        if (mark.layer == Layer::Notes && mark.box.contains(point))
            return static_cast<int>(mark.index);
    return -1;
}

int referenceAt(const ChartFrame& frame, const PlotGeometry& geometry, QPointF point) {
    int best = -1;
    double least = kReach;
    for (std::size_t i = 0; i < frame.references.size(); ++i) {
        const double here = std::abs(geometry.toY(frame.references[i].y) - point.y());
        if (here < least) {
            least = here;
            best = static_cast<int>(i);
        }
    }
    return best;
}

} // namespace rankscope::widgets
