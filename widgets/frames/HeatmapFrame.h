// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rankscope::widgets {

/// Cosines in cells: ranks x ranks, or layer groups x ranks. The scale is always -1..1.
struct HeatmapFrame {
    std::vector<std::string> rows, columns; ///< names, shown at the edges
    std::vector<double> values;             ///< rows x columns, row-major; NaN = undefined
    std::vector<double> sd;                 ///< of each value; empty = exact
    bool diagonal = false;                  ///< rows are columns: the diagonal says nothing
    std::vector<double> bars;               ///< one value per row, drawn at the right; or empty
    std::string barsTitle;
    std::string rowKind = "rank", columnKind = "rank"; ///< for tooltips: "layer h0.mlp"
    std::vector<std::string> aside;                    ///< lines beside the legend or the map
    int selected = -1;                                 ///< column (and row, with a diagonal) picked
    std::string emptyText;                             ///< why there is nothing to see
    std::string summary;                               ///< one sentence for screen readers

    [[nodiscard]] bool empty() const { return values.empty(); }
    [[nodiscard]] double at(std::size_t row, std::size_t column) const {
        return values[row * columns.size() + column];
    }
    [[nodiscard]] double sdAt(std::size_t row, std::size_t column) const {
        return sd.empty() ? 0 : sd[row * columns.size() + column];
    }
};

} // namespace rankscope::widgets
