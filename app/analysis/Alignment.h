// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rankscope::analysis {

enum class AlignBy : std::uint8_t {
    Step,
    RelativeStep, ///< each run's first step is 0
};

/// Several runs on one step axis. Runs may begin and end where they like and leave steps out.
struct Alignment {
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    std::vector<std::uint64_t> steps;           ///< of any run, ascending, on the shared axis
    std::vector<std::vector<std::size_t>> rows; ///< [run][i]: the run's row at steps[i], or kNone
    std::vector<std::uint64_t> origins;         ///< [run]: its own step = axis step + origin

    [[nodiscard]] std::size_t runs() const { return rows.size(); }
    /// Every run has the step at this place of the axis.
    [[nodiscard]] bool isCommon(std::size_t place) const;
    /// A run's values, one per row of the run, on the shared axis: undefined() where it has none.
    [[nodiscard]] std::vector<double> onAxis(std::size_t run, std::span<const double> values) const;
};

/// `stepsOfRuns`: each run's steps, ascending. A run without steps stays empty.
[[nodiscard]] Alignment align(std::span<const std::span<const std::uint64_t>> stepsOfRuns,
                              AlignBy by);

} // namespace rankscope::analysis
