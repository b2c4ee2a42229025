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
    : m_form(frame.form),
      m_rows(std::max(1, static_cast<int>(frame.rows.size()))),
      m_columns(std::max(1, static_cast<int>(frame.columnCount()))),
      m_ratio(devicePixelRatio),
      m_firstStep(frame.firstStep),
      m_lastStep(frame.lastStep) {
    if (m_form != HeatmapForm::RankStep) {
        layoutRanks(frame, view, widest);
        return;
    }
    m_edges = frame.columnStart;
    m_edges.push_back(frame.columnEnd);
    const double top = snapped(kStepTitle);
    m_map = QRectF(kStepLeft, top, std::max(1.0, view.width() - kStepLeft - kStepRight),
                   std::max(1.0, snapped(view.height() - kStepBottom) - top));
    const double whole = std::floor(m_map.height() / m_rows) * m_rows;
    if (whole >= 0.92 * m_map.height()) // rows of equal height, as long as that costs little
        m_map.setHeight(whole);
}

void HeatmapLayout::layoutRanks(const HeatmapFrame& frame, QSizeF view, double widest) {
    double width = std::min(widest, mapWidth(view.width(), m_columns));
    double height = 0, top = 0;
    if (frame.square()) {
        top = kLabels;
        const double room = std::max(1.0, view.height() - kLabels - kLegend);
        height = std::min(width, room);
        // Small cells may differ by a pixel; losing a quarter of the map to whole ones may not.
        if (const double cell = std::floor(height / m_rows); cell >= 8)
            height = cell * m_rows;
        if (!small()) // where cells have values those stay readable: cells get low, not narrow
            width = height;
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
    const auto columns = std::max(1, static_cast<int>(frame.columnCount()));
    const auto rows = static_cast<int>(frame.rows.size());
    switch (frame.form) {
    case HeatmapForm::RankRank:
        return mapWidth(width, columns) + kLabels + kLegend;
    case HeatmapForm::LayerRank:
        return layerRow(std::clamp(rows, 1, 16)) * std::clamp(rows, 1, 16) + 4 + kLabels;
    case HeatmapForm::RankStep:
        return kStepTitle + kStepBottom + std::clamp(4 * rows, 96, 256);
    }
    return 0;
}

double HeatmapLayout::snapped(double v) const {
    return std::round(v * m_ratio) / m_ratio;
}

double HeatmapLayout::toX(double step) const {
    const double span = m_lastStep > m_firstStep ? m_lastStep - m_firstStep : 1;
    return m_map.left() + (step - m_firstStep) / span * m_map.width();
}

double HeatmapLayout::fromX(double x) const {
    return m_firstStep + (x - m_map.left()) / m_map.width() * (m_lastStep - m_firstStep);
}

double HeatmapLayout::columnEdge(int column) const {
    if (m_form != HeatmapForm::RankStep)
        return snapped(m_map.left() + column * m_map.width() / m_columns);
    return snapped(
        std::clamp(toX(m_edges[static_cast<std::size_t>(column)]), m_map.left(), m_map.right()));
}

QRectF HeatmapLayout::cell(int row, int column) const {
    const double left = columnEdge(column), right = columnEdge(column + 1);
    const double top = snapped(m_map.top() + row * m_map.height() / m_rows);
    const double bottom = snapped(m_map.top() + (row + 1) * m_map.height() / m_rows);
    return {left, top, right - left, bottom - top};
}

QRectF HeatmapLayout::row(int r) const {
    QRectF box = cell(r, 0);
    box.setLeft(m_map.left());
    box.setRight(m_form == HeatmapForm::RankStep ? m_map.right() : columnEdge(m_columns));
    return box;
}

QRectF HeatmapLayout::column(int c) const {
    return cell(0, c).united(cell(m_rows - 1, c));
}

int HeatmapLayout::rowAt(double offset) const {
    return std::clamp(static_cast<int>(offset / m_map.height() * m_rows), 0, m_rows - 1);
}

int HeatmapLayout::columnAt(double offset) const {
    if (m_form != HeatmapForm::RankStep)
        return std::clamp(static_cast<int>(offset / m_map.width() * m_columns), 0, m_columns - 1);
    const double step = fromX(m_map.left() + offset);
    const auto after = std::upper_bound(m_edges.begin(), m_edges.end(), step);
    return after == m_edges.end() ? -1 : static_cast<int>(after - m_edges.begin()) - 1;
}

std::optional<HeatmapLayout::Cell> HeatmapLayout::at(QPointF point) const {
    if (!m_map.contains(point))
        return std::nullopt;
    const Cell cell{rowAt(point.y() - m_map.top()), columnAt(point.x() - m_map.left())};
    return cell.column < 0 ? std::nullopt : std::optional(cell);
}

std::optional<HeatmapLayout::Cell> HeatmapLayout::labelAt(QPointF point) const {
    const bool beside = point.y() >= m_map.top() && point.y() < m_map.bottom();
    const bool above = point.x() >= m_map.left() && point.x() < m_map.right();
    if (m_form != HeatmapForm::LayerRank && beside && !above)
        return Cell{rowAt(point.y() - m_map.top()), -1};
    const bool names = m_form == HeatmapForm::RankRank
                           ? point.y() < m_map.top()
                           : point.y() >= m_map.bottom() && point.y() < m_map.bottom() + kLabels;
    if (m_form != HeatmapForm::RankStep && above && names)
        return Cell{-1, columnAt(point.x() - m_map.left())};
    return std::nullopt;
}

} // namespace rankscope::widgets
