// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rankscope::widgets {

/// How much of each device pixel of a plot is covered, put together from upright spans, one pixel
/// wide. Dense lines and bands are drawn so: the cost is that of the pixels, not of the points, and
/// spans that cover each other cost no more than one.
class ColumnImage {
  public:
    ColumnImage(int columns, int rows);

    [[nodiscard]] int columns() const { return m_columns; }
    [[nodiscard]] int rows() const { return m_rows; }

    /// Rows from `top` to `bottom`, fractions included; what lies outside is cut off.
    void span(int column, double top, double bottom);

    /// A line of `width` that crosses the whole column from row `left` to row `right`, as part of
    /// one that reaches from row `top` to row `bottom`: its edges are as smooth as the slope asks.
    void slope(int column, double left, double right, double width, double top, double bottom);

    /// Paints what is covered on `target` (RGB32, or ARGB32 premultiplied and opaque) and forgets
    /// it. (0, 0) lands on `x`, `y`.
    void blend(QImage& target, int x, int y, const QColor& colour);

  private:
    [[nodiscard]] std::uint8_t* touch(int column, int first, int last);

    int m_columns, m_rows;
    int m_first, m_last, m_top, m_bottom; ///< what was touched, [first, last) x [top, bottom)
    std::vector<std::uint8_t> m_coverage; ///< column by column
};

} // namespace rankscope::widgets
