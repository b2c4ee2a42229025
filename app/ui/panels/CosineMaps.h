// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/compare/CompareFrame.h"

#include <QWidget>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rankscope::ui {

/// The sessions' mean cosine maps, small and side by side, over one legend. Same colours and the
/// same fixed range as the big map; without numbers.
class CosineMaps final : public QWidget {
    Q_OBJECT

  public:
    explicit CosineMaps(QWidget* parent = nullptr);

    void setFrame(const engine::CompareFrame& frame);

    [[nodiscard]] std::size_t maps() const { return m_maps.size(); }
    [[nodiscard]] QRectF mapArea(std::size_t map) const;
    /// Colour of a cell, as it is drawn.
    [[nodiscard]] QColor colour(std::size_t map, std::size_t row, std::size_t column) const;
    /// "A, ranks 3 and 5: +.12 ±.003 (2 sd)"; empty where there is no cell.
    [[nodiscard]] QString describe(QPointF point) const;

    [[nodiscard]] int heightFor(int width) const; ///< that shows the maps at their best
    [[nodiscard]] QSize sizeHint() const override { return {312, heightFor(312)}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 120}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    struct Map {
        std::string mark;
        std::shared_ptr<const analysis::CosineMatrix> matrix; ///< null: none is known
    };
    struct Grid {
        std::size_t across = 1; ///< maps in a row
        double column = 0, side = 0;
    };
    [[nodiscard]] Grid gridIn(double width, double height) const;
    void paintMap(QPainter& painter, std::size_t map) const;
    void paintLegend(QPainter& painter) const;

    std::vector<Map> m_maps;
};

} // namespace rankscope::ui
