// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMetrics.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

/// Is a mean difference more than chance? Three tests, each with a 95 % interval; docs/compare.md
/// says what they can and cannot tell.
namespace rankscope::analysis {

enum class TestKind : std::uint8_t {
    None,        ///< too little data for any
    Blocks,      ///< over the steps of single runs: says nothing about other seeds
    PairedSeeds, ///< paired t over seeds that both sides have
    WelchSeeds,  ///< Welch's t over runs with different seeds
};

struct MeanTest {
    TestKind kind = TestKind::None;
    double difference = undefined(); ///< also known when there is no test
    double halfWidth = undefined();  ///< of the 95 % interval
    double p = undefined();          ///< two-sided
    double degrees = undefined();    ///< of freedom
    std::size_t count = 0;           ///< blocks, pairs, or runs of both sides
    std::size_t blockLength = 0;     ///< steps; Blocks only
    /// The differences stay correlated for longer than the blocks that fit: they drift, and the
    /// interval is too narrow. Blocks only.
    bool drifts = false;

    [[nodiscard]] bool leavesZero() const;
};

/// Mean of a difference over successive steps. Neighbouring steps are alike, so the error comes
/// from the means of blocks (non-overlapping batch means: Conway 1963; Law and Kelton), with t on
/// blocks - 1 degrees. A block is the longest of 5 steps, n^(1/3) steps (the rate at which the
/// variance estimate is best: Kuensch 1989) and twice the first lag at which the differences'
/// autocorrelation is no longer positive; but at least 4 blocks are made, and `drifts` says that
/// they should have been longer. Fewer than 20 steps: no interval.
/// Non-finite differences are left out.
[[nodiscard]] MeanTest blockTest(std::span<const double> differences);

/// Mean of the pairs' differences; needs two pairs.
[[nodiscard]] MeanTest pairedTest(std::span<const double> differences);

/// mean(other) - mean(base) of independent runs, variances not assumed equal (Welch 1947); needs
/// two runs on each side.
[[nodiscard]] MeanTest welchTest(std::span<const double> base, std::span<const double> other);

/// Holm's step-down adjustment (1979): the chance of even one false alarm among all of them stays
/// below the level. Undefined values stay undefined and don't count.
[[nodiscard]] std::vector<double> holmAdjusted(std::span<const double> p);

/// Standard error of a difference of two independent means and its Welch-Satterthwaite degrees of
/// freedom, from the errors of the means. Both undefined when one of them is.
[[nodiscard]] std::pair<double, double> welchError(double baseError, double baseDegrees,
                                                   double otherError, double otherDegrees);

} // namespace rankscope::analysis
