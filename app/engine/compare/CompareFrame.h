// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/compare/CompareFacts.h"
#include "app/engine/frames/RunFrame.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rankscope::engine {

/// What the window asks for of several sessions. Steps are on the shared axis.
struct CompareView {
    /// `columns` are of a panel of a single session. While it follows, all steps are shown, and
    /// the summary is of the last third of the common ones; else both are of first..last.
    View run;
    analysis::AlignBy align = analysis::AlignBy::Step;
    std::size_t base = 0;             ///< side
    std::optional<std::size_t> other; ///< side; none: the first that is not the base
    analysis::RunMetric metric = analysis::RunMetric::Loss; ///< whose difference is shown
    int wideColumns = 1200;                                 ///< pixels of a panel of all sessions
};

/// One of the sessions.
struct CompareSession {
    std::string mark, file;
    std::optional<Error> error;     ///< why it could not be opened, or no longer be read
    std::optional<std::size_t> run; ///< its place in CompareFacts::sessions; none without steps
    bool loading = false;           ///< history is still being read
    std::shared_ptr<const RunFrame> frame; ///< of its own steps; null when it could not be opened
    double origin = 0;                     ///< shared step = own step - origin
    /// Mean over the summary's steps, as far as they have one; null while none is known.
    std::shared_ptr<const analysis::CosineMatrix> cosine;
};

/// One side's curves over all its runs.
struct SideCurves {
    Line mean;    ///< smoothed when the view asks for it
    Line rawMean; ///< unsmoothed, while `mean` is smoothed; else empty
    Line median;
    Area spread;            ///< mean +- std over runs; empty with one run, as is the next
    Area quantiles;         ///< 5 % to 95 %
    std::vector<Line> runs; ///< each run, if there are several; raw
    double meanAtCursor = analysis::undefined(), stdAtCursor = analysis::undefined();
    std::uint32_t runsAtCursor = 0;
};

struct OverlayPanel {
    analysis::RunMetric metric = analysis::RunMetric::Loss;
    std::vector<SideCurves> sides; ///< [side]
};

/// other - base.
struct DifferencePanel {
    analysis::RunMetric metric = analysis::RunMetric::Loss;
    std::size_t base = 0, other = 0; ///< sides
    analysis::StepDifference::Error error = analysis::StepDifference::Error::None;
    Line raw, smooth; ///< `smooth` is empty unless the view asks for it
    Area chance;      ///< where chance alone would keep it, 95 %; empty when nothing is known
    double atCursor = analysis::undefined(), halfWidthAtCursor = analysis::undefined();
};

inline constexpr std::array kOverlayMetrics{analysis::RunMetric::Loss, analysis::RunMetric::LossStd,
                                            analysis::RunMetric::Cosine};

/// All that a window shows of several sessions, immutable once published.
struct CompareFrame {
    std::uint64_t serial = 0;
    bool loading = true; ///< a session's history is still being read
    bool empty = true;   ///< no session has a step yet
    /// Some of what the view asks for is still being computed: another frame follows by itself.
    bool refining = false;
    std::vector<CompareSession> sessions;      ///< in the order in which they were opened
    std::shared_ptr<const CompareFacts> facts; ///< null while empty
    double firstStep = 0, lastStep = 0;        ///< what the sessions have
    double viewFirst = 0, viewLast = 0;        ///< what the panels show
    double cursor = 0;
    std::array<OverlayPanel, kOverlayMetrics.size()> overlay;
    std::optional<DifferencePanel> difference; ///< none with a single side
};

} // namespace rankscope::engine
