// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rankscope::analysis {

/// One metric over several runs at every step of a shared axis. Only the runs that have a finite
/// value there count; `count` says how many. All vectors are as long as the axis.
struct Ensemble {
    std::vector<std::uint32_t> count;
    std::vector<double> mean;              ///< of one run or more
    std::vector<double> std;               ///< ddof 1, of two or more
    std::vector<double> low, median, high; ///< 5 %, 50 % and 95 %, of two or more
};

/// `runs`: [run][step], undefined() where a run has nothing. All of one length.
[[nodiscard]] Ensemble ensembleOf(std::span<const std::vector<double>> runs);

/// Linear between the order statistics, the first at 0 and the last at 1 (Hyndman and Fan 1996,
/// definition 7; NumPy's default). `sorted` is not empty, 0 <= fraction <= 1.
[[nodiscard]] double quantile(std::span<const double> sorted, double fraction);

} // namespace rankscope::analysis
