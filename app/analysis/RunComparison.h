// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/Alignment.h"
#include "app/analysis/ConfigTable.h"
#include "app/analysis/Ensemble.h"
#include "app/analysis/MeanTest.h"
#include "app/analysis/RunSeries.h"

#include <optional>
#include <span>
#include <vector>

/// Runs side by side: what is compared with what, step by step and over a stretch of steps. Pure
/// functions; the formulas are in docs/compare.md.
namespace rankscope::analysis {

struct ComparedRun {
    RunSeries series;
    RunConfig config;
};

/// One side of a difference: a run, or all runs of a setting.
struct Side {
    std::vector<std::size_t> runs;  ///< ascending
    std::vector<std::string> seeds; ///< [i]: of runs[i]
};

/// The runs, with all that doesn't depend on what is looked at.
struct ComparedRuns {
    std::vector<const ComparedRun*> runs; ///< not owned, and unchanged while this is in use
    Alignment alignment;
    std::vector<ConfigRow> config;
    /// Settings, if there are two or more and one of them was run with several seeds; else every
    /// run is a side of its own.
    std::vector<Side> sides;
};
[[nodiscard]] ComparedRuns compared(std::vector<const ComparedRun*> runs, AlignBy by);

/// Which test is made between two sides: over seeds if both have several, else over blocks of
/// steps. Pairs need two seeds that both sides have.
[[nodiscard]] TestKind testBetween(const Side& base, const Side& other);

/// On the shared axis, inclusive.
struct StepSpan {
    std::uint64_t first = 0, last = 0;
};

/// The last third of the steps that all runs have; none when they have no step in common.
[[nodiscard]] std::optional<StepSpan> lastThird(const Alignment& alignment);

/// Steps of the span that all runs have.
[[nodiscard]] std::size_t commonSteps(const Alignment& alignment, StepSpan span);

/// One metric in a summary.
struct SummaryRow {
    RunMetric metric = RunMetric::Loss;
    std::vector<double> runs;     ///< [run]: mean over the steps at which every run has a value
    std::size_t steps = 0;        ///< how many those are
    std::vector<MeanTest> tests;  ///< [side]: side - base; of the base itself nothing
    std::vector<double> adjusted; ///< [side]: p after Holm, over all tests of the summary
};

struct RunSummary {
    StepSpan span;
    std::vector<SummaryRow> rows; ///< in the order of kAllRunMetrics
    std::size_t tests = 0;        ///< how many p values there are
};

/// `base`: the side that the others are compared with.
[[nodiscard]] RunSummary summarize(const ComparedRuns& compared, std::size_t base, StepSpan span);

/// other - base at every step of the shared axis, and how far from 0 chance alone would take it,
/// 95 %: from the seeds where there are some (the test of testBetween), else from the ranks' spread
/// within each run, where the metric is a mean over ranks. Undefined where neither can be had.
struct StepDifference {
    enum class Error : std::uint8_t { None, Ranks, PairedSeeds, WelchSeeds };
    Error error = Error::None;
    std::vector<double> base, other, difference, halfWidth; ///< [step]
};
[[nodiscard]] StepDifference differenceOf(RunMetric metric, const ComparedRuns& compared,
                                          std::size_t base, std::size_t other);

/// A metric over the runs of one side.
[[nodiscard]] Ensemble ensembleOf(RunMetric metric, const ComparedRuns& compared, const Side& side);

} // namespace rankscope::analysis
