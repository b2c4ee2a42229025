// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/DensePaint.h"

#include "widgets/charts/LineStyle.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rankscope::widgets {
namespace {

/// Data to device pixels of a column image; a logarithm costs one call per point.
class Mapping {
  public:
    Mapping(const PlotGeometry& geometry, const ColumnImage& image)
        : m_log(geometry.y.log),
          m_first(geometry.first),
          m_perStep(image.columns() / (geometry.last - geometry.first)),
          m_min(m_log ? std::log(geometry.y.min) : geometry.y.min),
          m_rows(image.rows()),
          m_perUnit(m_rows / ((m_log ? std::log(geometry.y.max) : geometry.y.max) - m_min)),
          m_lowest(m_log ? geometry.y.min / 2 : -HUGE_VAL) {}

    [[nodiscard]] double x(double step) const { return (step - m_first) * m_perStep; }
    [[nodiscard]] double y(double value) const {
        return m_rows - ((m_log ? std::log(value) : value) - m_min) * m_perUnit;
    }
    /// Of a band's lower end, which may reach down to where there is no logarithm: then it ends
    /// just below the plot.
    [[nodiscard]] double lowY(double value) const { return y(std::max(value, m_lowest)); }

  private:
    bool m_log;
    double m_first, m_perStep, m_min, m_rows, m_perUnit, m_lowest;
};

/// Least and most row that a line reaches within one column.
struct Reach {
    double top = std::numeric_limits<double>::infinity(), bottom = -top;
    void take(double y) {
        top = std::min(top, y);
        bottom = std::max(bottom, y);
    }
};

int columnOf(double x, int columns) {
    return static_cast<int>(std::clamp(std::floor(x), -1.0, static_cast<double>(columns)));
}

} // namespace

void addLine(ColumnImage& image, const Curve& curve, const Segment& part,
             const PlotGeometry& geometry, double width) {
    const Mapping map(geometry, image);
    const double ratio = image.columns() / geometry.plot.width();
    const double half = width * ratio / 2;
    const DashPattern dash = dashPattern(curve);
    const int beside = static_cast<int>((2 * half - 1) / 2); // a spike is as wide as the line
    const auto flush = [&](int column, const Reach& reach) {
        for (int c = column - beside; c <= column + beside; ++c)
            if (isInDash(dash, c / ratio))
                image.span(c, reach.top - half, reach.bottom + half);
    };
    double x = map.x(curve.x[part.begin]), y = map.y(curve.y[part.begin]);
    int column = columnOf(x, image.columns());
    Reach reach;
    reach.take(y);
    for (std::size_t i = part.begin + 1; i < part.end; ++i) {
        const double nextX = map.x(curve.x[i]), nextY = map.y(curve.y[i]);
        const int nextColumn = columnOf(nextX, image.columns());
        if (column < nextColumn) {
            const double slope = (nextY - y) / (nextX - x);
            const auto at = [&](int edge) { return y + slope * (edge - x); };
            reach.take(at(column + 1));
            flush(column, reach);
            for (int c = column + 1; c < nextColumn; ++c) // crossed from edge to edge
                if (isInDash(dash, c / ratio))
                    image.slope(c, at(c), at(c + 1), 2 * half, std::min(y, nextY),
                                std::max(y, nextY));
            reach = {};
            reach.take(at(nextColumn));
            column = nextColumn;
        }
        reach.take(nextY);
        x = nextX;
        y = nextY;
    }
    flush(column, reach);
}

void addBand(ColumnImage& image, const Band& band, const Segment& part,
             const PlotGeometry& geometry) {
    const Mapping map(geometry, image);
    Reach reach;
    int column = -2;
    const auto flush = [&] {
        if (reach.bottom > reach.top)
            image.span(column, reach.top, reach.bottom);
        reach = {};
    };
    for (std::size_t i = part.begin; i + 1 < part.end; ++i) {
        const double left = map.x(band.x[i]), right = map.x(band.x[i + 1]);
        const double top = map.y(band.high[i]), nextTop = map.y(band.high[i + 1]);
        const double bottom = map.lowY(band.low[i]), nextBottom = map.lowY(band.low[i + 1]);
        const double end = std::min(right, static_cast<double>(image.columns()));
        for (double at = std::floor(std::max(left, 0.0)); at < end; ++at) {
            if (static_cast<int>(at) != column) {
                flush();
                column = static_cast<int>(at);
            }
            for (const double edge : {std::max(at, left), std::min(at + 1, right)}) {
                const double t = right > left ? (edge - left) / (right - left) : 0;
                reach.top = std::min(reach.top, std::lerp(top, nextTop, t));
                reach.bottom = std::max(reach.bottom, std::lerp(bottom, nextBottom, t));
            }
        }
    }
    flush();
}

} // namespace rankscope::widgets
