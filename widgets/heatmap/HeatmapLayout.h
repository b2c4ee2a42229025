// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/HeatmapFrame.h"

#include <QPoint>
#include <QRectF>
#include <QSizeF>
#include <optional>
#include <vector>

namespace rankscope::widgets {

/// Where the cells of a heatmap are. RankRank and LayerRank maps over the same ranks in views of
/// the same width share their columns, so that a bad rank is one straight column through all of
/// them; a RankStep map has the gutters of a chart panel, so that x lines up with the charts.
class HeatmapLayout {
  public:
    struct Cell {
        int row = 0, column = 0; ///< -1: a label, of which only the other is meant
        bool operator==(const Cell&) const = default;
    };

    HeatmapLayout() = default;
    /// `widest`: of the map; so that a map keeps to the columns of another that has less room.
    HeatmapLayout(const HeatmapFrame& frame, QSizeF view, double devicePixelRatio,
                  double widest = 1e9);

    /// Up to 16 columns cells carry their value and bars stand beside.
    static constexpr int kValuesUpTo = 16;
    static constexpr double kLabels = 20, kLegend = 44;
    static constexpr double kStepLeft = 52, kStepRight = 44, kStepTitle = 26, kStepBottom = 8;

    [[nodiscard]] const QRectF& map() const { return m_map; }
    [[nodiscard]] int rows() const { return m_rows; }
    [[nodiscard]] int columns() const { return m_columns; }
    [[nodiscard]] double devicePixelRatio() const { return m_ratio; }
    [[nodiscard]] QRectF cell(int row, int column) const;
    [[nodiscard]] QRectF row(int row) const;
    [[nodiscard]] QRectF column(int column) const;
    [[nodiscard]] std::optional<Cell> at(QPointF point) const;
    /// The rank whose name stands at `point`.
    [[nodiscard]] std::optional<Cell> labelAt(QPointF point) const;
    [[nodiscard]] bool small() const { return m_columns <= kValuesUpTo; }
    [[nodiscard]] double cellWidth() const { return m_map.width() / m_columns; }
    [[nodiscard]] double cellHeight() const { return m_map.height() / m_rows; }

    /// First row or column whose far edge is beyond `offset` pixels from the map's corner; -1:
    /// none is there (RankStep: before the first column, behind the last).
    [[nodiscard]] int rowAt(double offset) const;
    [[nodiscard]] int columnAt(double offset) const;

    // RankStep only.
    [[nodiscard]] double toX(double step) const;
    [[nodiscard]] double fromX(double x) const;

    /// Height that shows `frame` in full at this width.
    [[nodiscard]] static double heightFor(const HeatmapFrame& frame, double width);

  private:
    void layoutRanks(const HeatmapFrame& frame, QSizeF view, double widest);
    [[nodiscard]] double snapped(double v) const;
    [[nodiscard]] double columnEdge(int column) const; ///< left one; m_columns: the right end

    QRectF m_map;
    HeatmapForm m_form = HeatmapForm::LayerRank;
    int m_rows = 1, m_columns = 1;
    double m_ratio = 1;
    double m_firstStep = 0, m_lastStep = 1;
    std::vector<double> m_edges; ///< RankStep: x of the columns, in steps, and of the last's end
};

} // namespace rankscope::widgets
