// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMetrics.h"
#include "transport/wire/Result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rankscope::engine {

/// A polyline in data coordinates. An undefined or non-finite y breaks the line.
struct Line {
    std::vector<double> x, y;
};

/// Area between two lines over the same x.
struct Area {
    std::vector<double> x, low, high;
};

/// One rank's part of a panel.
struct RankLine {
    RankId rank;
    Line line; ///< smoothed when the view asks for it
    Line raw;  ///< unsmoothed, of a rank in View::wanted while lines are smoothed; else empty
    /// Among the View::outliers ranks that are farthest from the median rank within the view.
    bool outlier = false;
};

/// A main curve where a newer launch took over: given up, and no part of the run any more.
struct EarlierLine {
    std::uint32_t generation = 0, world = 0;
    Line line;
};

/// One chart panel's data, decimated to the view's columns (spikes survive: min and max of each
/// column are kept). Areas are empty when the panel has none.
struct PanelFrame {
    Line mean;    ///< the panel's main curve; smoothed when the view asks for it
    Line rawMean; ///< unsmoothed, while `mean` is smoothed; else empty
    std::vector<EarlierLine> earlier; ///< oldest launch first; never smoothed
    std::vector<RankLine> ranks;      ///< ascending; which ones, see View::maxLines
    Area spread;                      ///< mean +- std over ranks
    Area range;                       ///< min to max over ranks
    Area middle;                   ///< 5 % to 95 % over ranks; only with more than View::maxLines
    std::vector<double> nonFinite; ///< steps at which the main curve or a rank was NaN or Inf
};

/// What a worker x step image shows of a rank.
enum class RankSignal : std::uint8_t { Loss, Direction, GradNorm };

/// How far every rank is from the median rank, over the visible steps. In units of the robust
/// standard deviation over ranks at those steps (1.4826 times the median absolute deviation).
struct RankStepImage {
    RankSignal signal = RankSignal::Loss;
    std::vector<RankId> ranks;      ///< rows, ascending
    std::vector<double> first;      ///< first step of each column, ascending
    std::uint64_t stepsPerCell = 1; ///< a cell is the mean over so many steps
    std::vector<float> distance;    ///< ranks x columns, row-major; NaN = nothing measured
};

/// Cosine of two ranks over the visible steps: of one step per column, because each may cost a read
/// of the file. It comes a few steps at a time, coarse first: `complete` says that all are there.
struct PairFrame {
    RankId a, b;
    Line cosine;
    Area error; ///< +- 2 sd; empty when exact
    bool complete = false;
};

/// Steps that are known to be missing: hatched, never bridged.
struct GapSpan {
    double first = 0, last = 0;
    std::string cause;
};

/// A restart or change of world size, drawn as a dotted line.
struct Restart {
    double step = 0;
    std::uint32_t generation = 0;
    std::uint32_t world = 0;
    std::uint32_t worldBefore = 0;
    std::uint64_t givenUp = 0; ///< steps from this one on that had been done before
};

/// A rank whose loss or local gradient was NaN or infinite at least once, over all that the run has
/// (up to the playhead).
struct NonFiniteRank {
    RankId rank;
    Step first;              ///< earliest such step
    std::uint64_t steps = 0; ///< how many such steps
    bool gradient = false;   ///< at `first` the gradient was; else only the loss
};

enum class RunState : std::uint8_t { Waiting, Live, Stale, Ended, Replay };

/// What the status line and the worker list say about the run as a whole.
struct RunStatus {
    RunState state = RunState::Waiting;
    std::string runId, name, file;
    std::uint32_t world = 0;
    std::uint32_t reporting = 0; ///< ranks heard of lately; of a run that is over, all it recorded
    double stepsPerSecond = 0;
    double lagSeconds = 0; ///< since the newest record came in
    std::uint64_t records = 0, lost = 0, damagedChunks = 0;
    std::uint64_t lostBehind = 0;        ///< of `lost`: behind lastStep
    std::vector<std::string> lostCauses; ///< of `lost`
    double lastStep = 0;                 ///< of the whole run, also behind the playhead
    /// Of the newest launch: ranks that stopped while others went on, and the first step after
    /// which one of them did. A step behind is how every run goes and ends.
    std::vector<RankId> silent;
    Step silentAfter;
    std::vector<RankId> conflicts; ///< of the newest launch: claimed by two processes at a time
    std::uint64_t fileBytes = 0;
    bool loading = false; ///< history is still being read ...
    double read = 1;      ///< ... so much of it has been
    /// A rank has sent a norm of its gradient or counted its non-finite elements. While none has,
    /// nothing is known about NaN and Inf in gradients.
    bool measuredGradients = false;
    std::uint32_t hosts = 0;         ///< that the newest launch runs on
    std::int64_t recordedUnixNs = 0; ///< when the file was begun, by its recorder's clock
    std::string config;              ///< of the newest launch, JSON object as text; may be empty
    std::string problem;             ///< what went wrong with the session, empty when nothing did
    std::string advice;              ///< what to do about it; may be empty
    bool linkLost = false;           ///< the problem is that nobody answers: it may heal by itself
};

struct WorkerRow {
    analysis::RankMetrics metrics;
    std::string host, device;
    bool live = false, left = false;
    bool conflict = false;        ///< two processes reported as this rank at the same time
    std::optional<Step> lastStep; ///< newest that came from this rank in its generation
};

/// Values at the cursor.
struct CursorFrame {
    Step step;
    analysis::StepMetrics metrics;
    std::vector<WorkerRow> workers; ///< ascending rank
    /// Why its records cannot be read now: then nothing is known of the step here. One that nobody
    /// answers for comes by itself when the recorder is back.
    std::optional<Error> unreadable;
    /// Mean of up to View::cosineWindow steps that end at the cursor; null while none is known. May
    /// lag behind: its own `step` and `steps` say what it is of.
    std::shared_ptr<const analysis::CosineMatrix> cosine;
    std::vector<std::string> groups; ///< names of the layer groups
};

/// All that a window shows of a run, immutable once published.
struct RunFrame {
    std::uint64_t serial = 0;
    RunStatus status;
    double firstStep = 0, lastStep = 0; ///< what the run has
    double spanFirst = 0, spanLast = 0; ///< ... with what it lost before and behind that
    double viewFirst = 0, viewLast = 0; ///< what the panels show
    bool empty = true;                  ///< no step yet
    PanelFrame loss, lossDispersion, direction, normDispersion;
    PanelFrame norms;                           ///< |g_i| of every rank, and their mean
    Line overview;                              ///< whole run's mean loss, for the timeline
    std::shared_ptr<const RankStepImage> image; ///< null unless View::image asks for it
    std::optional<PairFrame> pair;              ///< of View::pair
    std::vector<GapSpan> gaps;
    std::vector<Restart> restarts;
    std::vector<NonFiniteRank> nonFiniteRanks; ///< ascending first step, then rank
    CursorFrame cursor;
    /// Some of what the view asks for is still being computed: another frame follows by itself.
    bool refining = false;
};

/// What the window asks for.
struct View {
    double first = 0, last = 0; ///< visible steps; ignored while `follow` and span are in force
    bool follow = true;         ///< keep the newest step in sight
    double span = 0;            ///< steps shown while following; 0 = all of the run
    int columns = 800;          ///< pixels of a panel
    std::optional<Step> cursor; ///< none: the newest complete step
    /// Replay only shows what had happened up to here; none: everything.
    std::optional<Step> playhead;

    /// Span of the debiased exponential mean over all steps of a launch, in steps: the newest
    /// weighs 2 / (span + 1). 1 or less: lines stay raw.
    double smoothing = 0;
    /// With at most so many ranks each has its line; with more only `wanted` and the outliers do,
    /// and the rest is PanelFrame::range and ::middle.
    std::size_t maxLines = 16;
    std::size_t outliers = 3;
    std::vector<RankId> wanted; ///< have lines in any case (if in `only`): selected, pinned
    /// Ranks that lines, outliers and the image are restricted to (solo, host, hidden ranks);
    /// statistics are always of all ranks. None: no restriction.
    std::optional<std::vector<RankId>> only;
    std::optional<RankSignal> image;
    std::optional<std::pair<RankId, RankId>> pair;
    std::uint32_t cosineWindow = 1; ///< steps; 0: no matrix
};

} // namespace rankscope::engine
