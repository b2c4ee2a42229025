// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap/HeatmapLayout.h"

#include <algorithm>
#include <cmath>

namespace rankscope::widgets {
namespace {

struct Gutters {
    double left, right;
};

Gutters guttersFor(int columns) {
    return columns <= HeatmapLayout::kValuesUpTo ? Gutters{72, 92} : Gutters{56, 36};
}

double mapWidth(double width, int columns) {
    const Gutters gutters = guttersFor(columns);
    const double room = std::max(1.0, width - gutters.left - gutters.right);
    const double cell = std::floor(room / columns);
    return cell >= 1 ? std::min(cell, 34.0) * columns : room;
}

/// Few layers get more room each, so that the notes beside them fit.
double layerRow(int rows) {
    return std::clamp(std::floor(84.0 / rows), 12.0, 24.0);
}

} // namespace

HeatmapLayout::HeatmapLayout(const HeatmapFrame& frame, QSizeF view, double devicePixelRatio,
                             double widest)
    : m_rows(std::max(1, static_cast<int>(frame.rows.size()))),
      m_columns(std::max(1, static_cast<int>(frame.columns.size()))),
      m_ratio(devicePixelRatio) {
    double width = std::min(widest, mapWidth(view.width(), m_columns));
    double height = 0, top = 0;
    if (frame.square()) {
        top = kLabels;
        const double room = std::max(1.0, view.height() - kLabels - kLegend);
        if (width > room) {
            // Small cells may differ by a pixel; losing a quarter of the map to whole ones may not.
            const double cell = std::floor(room / m_columns);
            width = cell >= 8 ? cell * m_columns : room;
        }
        height = width;
    } else {
        top = 4;
        const double room = std::max(1.0, view.height() - top - kLabels);
        height = std::min(room, layerRow(m_rows) * m_rows);
        const double cell = std::floor(height / m_rows);
        if (cell >= 1)
            height = cell * m_rows;
    }
    m_map = QRectF(guttersFor(m_columns).left, top, width, height);
}

double HeatmapLayout::heightFor(const HeatmapFrame& frame, double width) {
    const auto columns = std::max(1, static_cast<int>(frame.columns.size()));
    if (frame.square())
        return mapWidth(width, columns) + kLabels + kLegend;
    const int rows = std::clamp(static_cast<int>(frame.rows.size()), 1, 16);
    return layerRow(rows) * rows + 4 + kLabels;
}

double HeatmapLayout::snapped(double v) const {
    return std::round(v * m_ratio) / m_ratio;
}

QRectF HeatmapLayout::cell(int row, int column) const {
    const double left = snapped(m_map.left() + column * m_map.width() / m_columns);
    const double right = snapped(m_map.left() + (column + 1) * m_map.width() / m_columns);
    const double top = snapped(m_map.top() + row * m_map.height() / m_rows);
    const double bottom = snapped(m_map.top() + (row + 1) * m_map.height() / m_rows);
    return {left, top, right - left, bottom - top};
}

QRectF HeatmapLayout::row(int r) const {
    return cell(r, 0).united(cell(r, m_columns - 1));
}

QRectF HeatmapLayout::column(int c) const {
    return cell(0, c).united(cell(m_rows - 1, c));
}

std::optional<HeatmapLayout::Cell> HeatmapLayout::at(QPointF point) const {
    if (!m_map.contains(point))
        return std::nullopt;
    const auto index = [](double offset, double extent, int count) {
        return std::clamp(static_cast<int>(offset / extent * count), 0, count - 1);
    };
    return Cell{index(point.y() - m_map.top(), m_map.height(), m_rows),
                index(point.x() - m_map.left(), m_map.width(), m_columns)};
}

} // namespace rankscope::widgets
