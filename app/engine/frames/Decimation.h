// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/MinMaxSeries.h"
#include "app/engine/frames/RunFrame.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace rankscope::engine {

/// The stretch of steps that a panel shows, cut into columns. Columns hold a power of two of
/// steps and begin at its multiples, so that they stay put while the view pans or follows.
class Decimation {
  public:
    /// Steps first..last of `steps` (ascending) and a neighbour on either side, so that lines reach
    /// the panel's edges, but none behind `end`. Lines are broken at each of `breaks` (ascending):
    /// between a step before it and one at or behind it. Both vectors must outlive this.
    Decimation(const std::vector<std::uint64_t>& steps, double first, double last, double end,
               int columns, const std::vector<double>& breaks);

    /// One point per step while there are no more steps than columns, else each column's smallest
    /// and largest value; undefined() where the line is broken.
    template <class T>
    [[nodiscard]] Line line(const analysis::MinMaxSeries<T>& series) const;

    /// The same of values at `steps` (ascending) that need not be those of the panel.
    [[nodiscard]] Line line(const std::vector<std::uint64_t>& steps,
                            const std::vector<double>& values) const;

    /// Smallest of `low` to largest of `high`.
    template <class T>
    [[nodiscard]] Area area(const analysis::MinMaxSeries<T>& low,
                            const analysis::MinMaxSeries<T>& high) const;

    /// At most one marked step per column; `steps` ascend.
    [[nodiscard]] std::vector<double> marks(const std::vector<std::uint64_t>& steps) const;

    struct Column {
        std::size_t first = 0, last = 0; ///< ordinals, half-open
        bool broken = false;             ///< not joined to the column before it
    };
    [[nodiscard]] const std::vector<Column>& columns() const { return m_columns; }

  private:
    /// `extentOf`: an Extent of a column's values.
    template <class ExtentOf>
    [[nodiscard]] Line lineOf(ExtentOf extentOf) const;
    [[nodiscard]] double x(std::size_t ordinal) const {
        return static_cast<double>(m_steps[ordinal]);
    }

    const std::vector<std::uint64_t>& m_steps;
    std::vector<Column> m_columns;
};

} // namespace rankscope::engine
