// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/HeatmapFrame.h"

#include <QPoint>
#include <QRectF>
#include <QSizeF>
#include <optional>

namespace rankscope::widgets {

/// Where the cells of a heatmap are. Maps over the same ranks in views of the same width share
/// their columns, so that a bad rank is one straight column through all of them.
class HeatmapLayout {
  public:
    struct Cell {
        int row = 0, column = 0;
        bool operator==(const Cell&) const = default;
    };

    HeatmapLayout() = default;
    /// `widest`: of the map; so that a map keeps to the columns of another that has less room.
    HeatmapLayout(const HeatmapFrame& frame, QSizeF view, double devicePixelRatio,
                  double widest = 1e9);

    /// Up to 16 columns cells carry their value and bars stand beside.
    static constexpr int kValuesUpTo = 16;

    [[nodiscard]] const QRectF& map() const { return m_map; }
    [[nodiscard]] QRectF cell(int row, int column) const;
    [[nodiscard]] QRectF row(int row) const;
    [[nodiscard]] QRectF column(int column) const;
    [[nodiscard]] std::optional<Cell> at(QPointF point) const;
    [[nodiscard]] bool small() const { return m_columns <= kValuesUpTo; }
    [[nodiscard]] double cellWidth() const { return m_map.width() / m_columns; }
    [[nodiscard]] double cellHeight() const { return m_map.height() / m_rows; }

    /// Height that shows `frame` in full at this width.
    [[nodiscard]] static double heightFor(const HeatmapFrame& frame, double width);

    static constexpr double kLabels = 20, kLegend = 44;

  private:
    [[nodiscard]] double snapped(double v) const;

    QRectF m_map;
    int m_rows = 1, m_columns = 1;
    double m_ratio = 1;
};

} // namespace rankscope::widgets
