// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rankscope::widgets {

/// What a heatmap is of; says where its cells, labels and legend go.
enum class HeatmapForm : unsigned char {
    RankRank,  ///< square, the diagonal says nothing
    LayerRank, ///< shares the columns of a RankRank map of the same width
    RankStep,  ///< shares the x axis of the charts above and below it
};

/// How a value becomes a colour; the range is fixed, so that healthy noise never looks like a
/// fault.
enum class HeatmapScale : unsigned char {
    Cosine,   ///< -1..1, sign(c) sqrt|c|
    Distance, ///< -6..6 standard deviations; within +-2 no colour
};

/// Neighbouring rows or columns that belong together, such as the ranks of one host.
struct HeatmapBlock {
    int first = 0, last = 0; ///< inclusive
    std::string name;
    bool outlined = false; ///< stands out as a whole
};

/// Values in cells: ranks x ranks, layer groups x ranks, or ranks x steps.
struct HeatmapFrame {
    HeatmapForm form = HeatmapForm::LayerRank;
    HeatmapScale scale = HeatmapScale::Cosine;
    std::string title, unit;                ///< in a line above a RankStep map, and in figures
    double firstStep = 0, lastStep = 1;     ///< RankStep: the visible x, as in ChartFrame
    std::vector<double> columnStart;        ///< RankStep: x at which each column begins
    double columnEnd = 0;                   ///< RankStep: x at which the last one ends
    std::vector<HeatmapBlock> rankBlocks;   ///< along whichever edges the ranks stand
    std::vector<std::string> rows, columns; ///< names at the edges; RankStep has no `columns`
    std::vector<int> marked;                ///< rows that stand out, named at the right
    std::vector<double> values;             ///< rows x columns, row-major; NaN = undefined
    std::vector<double> sd;                 ///< of each value; empty = exact
    std::vector<double> bars;               ///< one value per row, drawn at the right; or empty
    std::string barsTitle;
    std::string rowKind = "rank", columnKind = "rank"; ///< for tooltips: "layer h0.mlp"
    std::vector<std::string> aside;                    ///< lines beside the legend or the map
    int selected = -1;                 ///< column (and row, with a diagonal); RankStep: row
    int pairRow = -1, pairColumn = -1; ///< RankRank: cell of the picked pair
    std::string emptyText;             ///< why there is nothing to see
    std::string summary;               ///< one sentence for screen readers

    /// Rows are columns: the diagonal says nothing.
    [[nodiscard]] bool square() const { return form == HeatmapForm::RankRank; }
    [[nodiscard]] bool empty() const { return values.empty(); }
    [[nodiscard]] std::size_t columnCount() const {
        return form == HeatmapForm::RankStep ? columnStart.size() : columns.size();
    }
    [[nodiscard]] double at(std::size_t row, std::size_t column) const {
        return values[row * columnCount() + column];
    }
    [[nodiscard]] double sdAt(std::size_t row, std::size_t column) const {
        return sd.empty() ? 0 : sd[row * columnCount() + column];
    }
};

} // namespace rankscope::widgets
