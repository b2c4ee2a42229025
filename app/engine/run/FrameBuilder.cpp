// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/FrameBuilder.h"

#include "app/engine/blocks/ResumedRun.h"
#include "app/engine/frames/Decimation.h"
#include "app/engine/frames/LinkNews.h"
#include "app/engine/run/RankChoice.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace rankscope::engine {
namespace {

constexpr std::uint32_t kMaxMissingRows = 4096; // worker rows made for ranks that never called
constexpr std::uint32_t kQuickRanks = 256;      // one matrix takes 2 ms: a frame can wait for it
constexpr std::chrono::milliseconds kRefining{15};
constexpr std::chrono::milliseconds kBetweenFills{500}; // smoothed lines are made anew after one

} // namespace

Result<void> FrameBuilder::resume() {
    RunCurves curves;
    auto stored =
        readStored(m_reader.session(), [&](BlockSummary&& block) { curves.append(block); });
    if (!stored) {
        return tl::unexpected(stored.error());
    }
    if (m_options.budget == 0 || !*stored) {
        return {};
    }
    m_curves = std::move(curves);
    for (const std::uint64_t block : (*stored)->digest.stale) {
        if (block < m_curves.blocks()) {
            m_curves.doubt(block);
        }
    }
    m_reader.resume(std::move((*stored)->table), (*stored)->digest.asOf);
    m_keeper.begin(m_curves.stepList());
    m_loader.lookAgain();
    const Step behind{m_curves.steps().empty() ? 0 : m_curves.steps().back() + 1};
    return m_reader.recallFrom(behind, [this] { update(); });
}

bool FrameBuilder::update(const SeeMeasures& see) {
    const BlockKeeper::News news = m_keeper.listen(m_curves.stepList());
    const std::size_t before = m_curves.steps().size();
    std::size_t place = m_curves.enter(
        news.amended,
        [&](Step step) {
            analysis::StepMeasures measures = m_reader.measures(step);
            if (see) {
                see(measures);
            }
            return measures;
        },
        m_reader.session().position());
    if (news.doubt) {
        const std::size_t block = m_curves.stepList().blockOf(*news.doubt);
        for (std::size_t at = block; at < m_curves.blocks(); ++at) {
            m_curves.doubt(at);
        }
        place = std::min(place, block * RunCurves::kBlock);
    }
    const bool changed = place < std::max(before, m_curves.steps().size());
    if (m_options.budget > 0) {
        m_keeper.settle(m_curves.stepList());
        m_loader.makeRoom();
    }
    m_marks.update(m_reader.table(), m_curves.steps());
    m_earlier.update();
    if (changed) {
        changeFrom(place);
        m_loader.lookAgain();
    }
    m_cosines.forget(news.amended);
    m_pair.forget(news.amended);
    if (m_cursor && std::binary_search(news.amended.begin(), news.amended.end(), m_cursor->step)) {
        m_cursor.reset();
    }
    return changed;
}

void FrameBuilder::changeFrom(std::size_t place) {
    m_panels.cut(place);
    m_images.cut(place);
}

/// One unit of work, unless it is too early to ask again.
template <class Part>
bool FrameBuilder::advance(Part& part) {
    if (m_pause.holds()) {
        return false;
    }
    const bool came = part.work();
    if (came) {
        m_pause.end();
    } else if (part.blocked()) {
        m_pause.begin(*part.blocked());
    }
    return came;
}

FrameBuilder::Refined FrameBuilder::refine() {
    const auto until = std::chrono::steady_clock::now() + kRefining;
    std::optional<std::size_t> changed;
    const auto load = [&] {
        const auto place = m_loader.work();
        changed = place && changed ? std::min(place, changed) : (place ? place : changed);
        return place.has_value();
    };
    bool came = advance(m_cosines);
    bool more = true;
    while (more) {
        more = load() || advance(m_pair) || advance(m_earlier) || advance(m_cosines);
        came = came || more;
        more = more && std::chrono::steady_clock::now() < until;
    }
    if (changed) {
        changeFrom(*changed);
    }
    const bool refining = std::exchange(m_refining, false);
    if (!refining) {
        m_pause.end();
    }
    std::optional<Error> blocked = m_pause.why();
    if (!blocked && !m_loader.complete()) {
        blocked = m_loader.problem();
    }
    if (!refining || came || m_panelsMore || !blocked) {
        return {refining, {}};
    }
    return {false, std::move(blocked)};
}

std::optional<RetryPause::Clock::time_point> FrameBuilder::retryAt() const {
    const auto own = m_pause.until(), loader = m_loader.retryAt();
    return own && loader ? std::min(own, loader) : (own ? own : loader);
}

FrameBuilder::Filled FrameBuilder::fill() {
    const auto begin = std::chrono::steady_clock::now();
    Filled filled{m_options.budget > 0, false};
    while (filled.more && std::chrono::steady_clock::now() - begin < kRefining) {
        const auto place = m_loader.workOnRest();
        filled.more = place.has_value();
        m_filled = place && m_filled ? std::min(place, m_filled) : (place ? place : m_filled);
    }
    filled.shows = m_filled && (!filled.more || begin - m_filledAt > kBetweenFills);
    if (filled.shows) {
        changeFrom(*std::exchange(m_filled, std::nullopt));
        m_filledAt = begin;
    }
    return filled;
}

RunFrame FrameBuilder::build(const View& view, const RunPulse& pulse,
                             RunPulse::Clock::time_point now) {
    RunFrame frame;
    m_refining = false;
    buildStatus(frame.status, pulse, now);
    const auto& steps = m_curves.steps();
    const double end = view.playhead ? static_cast<double>(view.playhead->value())
                                     : std::numeric_limits<double>::max();
    if (steps.empty() || static_cast<double>(steps.front()) > end) {
        return frame;
    }
    frame.empty = false;
    frame.firstStep = static_cast<double>(steps.front());
    const auto behind =
        std::upper_bound(steps.begin(), steps.end(), end,
                         [](double a, std::uint64_t b) { return a < static_cast<double>(b); });
    frame.lastStep = static_cast<double>(*std::prev(behind));
    frame.spanFirst = m_marks.span().first;
    frame.spanLast = view.playhead ? frame.lastStep : m_marks.span().second;
    frame.viewFirst = view.first;
    frame.viewLast = view.last;
    if (view.follow) {
        frame.viewFirst = frame.spanFirst;
        frame.viewLast = frame.spanLast;
        if (view.span > 0) { // the newest step that came stays in sight
            frame.viewLast = std::min(frame.viewLast, frame.lastStep + view.span);
            frame.viewFirst = std::max(frame.viewFirst, frame.viewLast - view.span);
        }
    }
    frame.gaps = m_marks.gapsUpTo(frame.spanLast);
    frame.restarts = m_marks.restartsUpTo(frame.lastStep);
    frame.nonFiniteRanks = m_curves.nonFinite().ranks().upTo(frame.lastStep);
    buildPanels(frame, view);
    buildCursor(frame, view, pulse, now);
    m_refining = frame.refining;
    return frame;
}

void FrameBuilder::buildPanels(RunFrame& frame, const View& view) {
    const auto& breaks = m_marks.breaks();
    const Decimation visible(m_curves.steps(), frame.viewFirst, frame.viewLast, frame.lastStep,
                             view.columns, breaks);
    aimLoader(view, visible);
    m_panelsMore = !m_panels.build(frame, m_curves, view, visible, m_marks.starts());
    frame.refining = m_panelsMore || !m_loader.complete() || !m_earlier.complete();
    frame.loss.earlier = m_earlier.lines(RunCurves::LossMean, visible);
    frame.lossDispersion.earlier = m_earlier.lines(RunCurves::LossStd, visible);
    frame.direction.earlier = m_earlier.lines(RunCurves::CosineMean, visible);
    frame.normDispersion.earlier = m_earlier.lines(RunCurves::NormCv, visible);
    frame.norms.earlier = m_earlier.lines(RunCurves::NormMean, visible);
    if (view.pair) {
        m_pair.aim(*view.pair, visible, m_curves.steps());
        frame.pair = m_pair.frame();
        frame.refining = frame.refining || !frame.pair->complete;
    } else {
        m_pair.rest();
    }
    const Decimation whole(m_curves.steps(), frame.firstStep, frame.lastStep, frame.lastStep,
                           view.columns, breaks);
    frame.overview = whole.line(m_curves[RunCurves::LossMean]);
    if (view.image) {
        frame.image = m_images.build(m_curves, *view.image, shownRanks(m_curves, view),
                                     frame.viewFirst, frame.viewLast, frame.lastStep);
    }
}

/// Columns of whole blocks need no values.
void FrameBuilder::aimLoader(const View& view, const Decimation& visible) {
    if (visible.columns().empty()) {
        return;
    }
    const std::size_t first = visible.columns().front().first;
    const std::size_t last = visible.columns().back().last;
    std::size_t columns = static_cast<std::size_t>(std::max(view.columns, 1));
    columns = view.image ? std::max(columns, StepImages::kColumns) : columns;
    const bool narrow = (last - first + columns - 1) / columns <= RunCurves::kBlock / 2;
    m_loader.aim(first, last, narrow || view.smoothing > 1);
}

std::optional<Step> FrameBuilder::cursorStep(const View& view, double end) const {
    const auto& steps = m_curves.steps();
    std::optional<Step> wanted = view.cursor;
    if (!wanted && !view.playhead) {
        const analysis::RunTable& table = m_reader.table();
        wanted = table.newestFinalStep();
        if (const auto frozen = table.lastFrozen(); frozen && !(wanted && table.isFinal(*wanted))) {
            wanted = frozen;
        }
    }
    const double at = wanted ? std::min(end, static_cast<double>(wanted->value())) : end;
    const auto behind =
        std::upper_bound(steps.begin(), steps.end(), at,
                         [](double a, std::uint64_t b) { return a < static_cast<double>(b); });
    return Step{behind == steps.begin() ? steps.front() : *std::prev(behind)};
}

void FrameBuilder::aimCursor(Step step) {
    const bool moved = !m_cursor || m_cursor->step != step;
    if (!moved && (!m_cursor->unreadable || m_pause.holds())) {
        return;
    }
    m_pause.end(); // another step is asked for at once
    m_cursor = AtCursor{step, {}, {}};
    if (const auto row = m_reader.row(step); !row) {
        m_cursor->measures.step.step = step;
        m_cursor->unreadable = row.error();
        if (row.error().code == ErrorCode::Unavailable) {
            m_pause.begin(row.error());
        }
    } else {
        m_cursor->measures = m_reader.measures(step);
    }
}

/// The steps of the window, as far as the cursor's launch goes back.
void FrameBuilder::aimCosines(const View& view, Step cursor) {
    if (view.cosineWindow == 0) {
        m_cosines.aim({});
        return;
    }
    const auto& steps = m_curves.steps();
    const auto at = std::lower_bound(steps.begin(), steps.end(), cursor.value()) - steps.begin();
    const auto end = static_cast<std::size_t>(at) + 1;
    const auto& starts = m_marks.starts();
    const auto next = std::upper_bound(starts.begin(), starts.end(), end - 1);
    const std::size_t start = next == starts.begin() ? 0 : *std::prev(next);
    const std::size_t window = std::clamp<std::size_t>(view.cosineWindow, 1, end - start);
    m_cosines.aim({steps.begin() + static_cast<std::ptrdiff_t>(end - window),
                   steps.begin() + static_cast<std::ptrdiff_t>(end)});
}

void FrameBuilder::buildCursor(RunFrame& frame, const View& view, const RunPulse& pulse,
                               RunPulse::Clock::time_point now) {
    const Step step = *cursorStep(view, frame.lastStep);
    aimCursor(step);
    const analysis::StepMeasures& measures = m_cursor->measures;
    aimCosines(view, step);
    if (measures.step.workers <= kQuickRanks && !m_cursor->unreadable) {
        advance(m_cosines);
    }
    frame.cursor.step = step;
    frame.cursor.unreadable = m_cursor->unreadable;
    if (view.cosineWindow > 0 && !m_cursor->unreadable) {
        frame.cursor.cosine = m_cosines.matrix();
    }
    const bool away = m_cursor->unreadable && m_cursor->unreadable->code == ErrorCode::Unavailable;
    frame.refining = frame.refining || away || !m_cosines.complete();
    if (!frame.refining) { // nothing is missed
        m_pause.end();
    }
    frame.status.problem = m_cosines.problem();
    for (const auto& problem :
         {m_pause.why(), m_keeper.problem(), m_loader.problem(), m_cursor->unreadable}) {
        if (problem) {
            tellMissing(frame.status, *problem);
        }
    }
    frame.cursor.metrics = measures.step;
    frame.cursor.metrics.final =
        !m_options.follow || pulse.isStale(now) ||
        m_reader.table().isFinal(step, [&](RankId rank) { return !pulse.isLive(rank, now); });
    frame.cursor.workers = workersOf(measures, pulse, now);
    for (const analysis::RankMetrics& rank : measures.ranks) {
        const wire::Hello* hello = m_reader.table().hello(IncarnationId{rank.incarnation});
        if (hello != nullptr && hello->groups.size() > frame.cursor.groups.size()) {
            frame.cursor.groups = hello->groups;
        }
    }
}

std::vector<WorkerRow> FrameBuilder::workersOf(const analysis::StepMeasures& measures,
                                               const RunPulse& pulse,
                                               RunPulse::Clock::time_point now) const {
    std::map<RankId, WorkerRow> rows;
    for (std::uint32_t rank = 0; rank < std::min(measures.step.expected, kMaxMissingRows); ++rank) {
        rows[RankId{rank}].metrics.rank = RankId{rank};
    }
    for (const analysis::Worker& worker :
         m_reader.table().workers(measures.step.generation, measures.step.expected)) {
        WorkerRow& row = rows[worker.rank];
        row.metrics.rank = worker.rank;
        row.host = worker.hello->host;
        row.device = worker.hello->device;
        row.left = worker.left;
        row.conflict = worker.conflict;
        row.lastStep = worker.lastStep;
        row.live = m_options.follow && !worker.left && pulse.isLive(worker.rank, now);
    }
    for (const analysis::RankMetrics& rank : measures.ranks) {
        WorkerRow& row = rows[rank.rank];
        row.metrics = rank;
        if (const wire::Hello* hello = m_reader.table().hello(IncarnationId{rank.incarnation})) {
            row.host = hello->host; // of the process that reported this step
            row.device = hello->device;
        }
    }
    std::vector<WorkerRow> result;
    result.reserve(rows.size());
    for (auto& [rank, row] : rows) {
        result.push_back(std::move(row));
    }
    return result;
}

void FrameBuilder::buildStatus(RunStatus& status, const RunPulse& pulse,
                               RunPulse::Clock::time_point now) const {
    const analysis::RunTable& table = m_reader.table();
    status.records = table.records();
    status.lost = table.lost();
    status.lostBehind = m_marks.lostBehind();
    status.lostCauses = m_marks.lostCauses();
    if (!m_curves.steps().empty()) {
        status.lastStep = static_cast<double>(m_curves.steps().back());
    }
    status.damagedChunks = m_reader.session().damagedChunks();
    status.measuredGradients = m_curves.nonFinite().measuredGradients();
    const double pace = pulse.medianStepSeconds();
    status.stepsPerSecond = pace > 0 ? 1 / pace : 0;
    status.lagSeconds = m_options.follow ? pulse.secondsSinceRecord(now) : 0;
    const auto launches = table.launches();
    bool allLeft = false;
    if (!launches.empty()) {
        status.world = launches.back().world;
        const auto workers = table.workers(launches.back().generation, status.world);
        std::set<std::string> hosts;
        for (const analysis::Worker& worker : workers) {
            hosts.insert(worker.hello->host);
        }
        status.hosts = static_cast<std::uint32_t>(hosts.size());
        if (!workers.empty()) {
            status.name = workers.front().hello->name;
            status.config = workers.front().hello->config;
        }
        allLeft = workers.size() >= status.world &&
                  std::all_of(workers.begin(), workers.end(), [](const auto& w) { return w.left; });
        const bool over = !m_options.follow || allLeft;
        status.reporting = static_cast<std::uint32_t>(
            std::count_if(workers.begin(), workers.end(), [&](const analysis::Worker& w) {
                return over ? w.lastStep.has_value() : !w.left && pulse.isLive(w.rank, now);
            }));
        buildSilence(status, workers, pulse, now);
    }
    if (!m_options.follow) {
        status.state = RunState::Replay;
    } else if (allLeft) {
        status.state = RunState::Ended;
    } else if (m_curves.steps().empty()) {
        status.state = RunState::Waiting;
    } else {
        status.state = pulse.isStale(now) ? RunState::Stale : RunState::Live;
    }
}

void FrameBuilder::buildSilence(RunStatus& status, const std::vector<analysis::Worker>& workers,
                                const RunPulse& pulse, RunPulse::Clock::time_point now) const {
    std::optional<Step> newest;
    for (const analysis::Worker& worker : workers) {
        newest = std::max(newest, worker.lastStep);
    }
    for (const analysis::Worker& worker : workers) {
        if (worker.conflict) {
            status.conflicts.push_back(worker.rank);
        }
        const bool heard = worker.left || (m_options.follow && pulse.isLive(worker.rank, now));
        if (heard || !worker.lastStep || worker.lastStep->value() + 1 >= newest->value()) {
            continue;
        }
        status.silentAfter = status.silent.empty() ? *worker.lastStep
                                                   : std::min(status.silentAfter, *worker.lastStep);
        status.silent.push_back(worker.rank);
    }
}

} // namespace rankscope::engine
