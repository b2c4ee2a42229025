// SPDX-License-Identifier: Apache-2.0
#include "app/engine/FrameBuilder.h"

#include "app/engine/Decimation.h"
#include "app/engine/RankChoice.h"

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

} // namespace

bool FrameBuilder::update(const RunCurves::SeeMeasures& see) {
    const std::vector<Step> amended = m_curves.update(m_reader, see);
    m_marks.update(m_reader.table(), m_curves.steps());
    m_earlier.update();
    if (!amended.empty()) {
        const auto& steps = m_curves.steps();
        const auto first = std::lower_bound(steps.begin(), steps.end(), amended.front().value());
        const auto place = static_cast<std::size_t>(first - steps.begin());
        m_panels.cut(place);
        m_images.cut(place);
    }
    m_cosines.forget(amended);
    m_pair.forget(amended);
    if (m_cursor && std::binary_search(amended.begin(), amended.end(), m_cursor->step)) {
        m_cursor.reset();
    }
    return !amended.empty();
}

bool FrameBuilder::refine() {
    const auto until = std::chrono::steady_clock::now() + kRefining;
    m_cosines.work();
    while ((m_pair.work() || m_earlier.work() || m_cosines.work()) &&
           std::chrono::steady_clock::now() < until) {
    }
    return std::exchange(m_refining, false);
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
    frame.viewFirst = view.first;
    frame.viewLast = view.last;
    if (view.follow) {
        frame.viewLast = frame.lastStep;
        frame.viewFirst =
            view.span > 0 ? std::max(frame.firstStep, frame.lastStep - view.span) : frame.firstStep;
    }
    frame.gaps = m_marks.gapsUpTo(frame.lastStep);
    frame.restarts = m_marks.restartsUpTo(frame.lastStep);
    frame.nonFiniteRanks = m_curves.nonFiniteRanks().upTo(frame.lastStep);
    buildPanels(frame, view);
    buildCursor(frame, view, pulse, now);
    m_refining = frame.refining;
    return frame;
}

void FrameBuilder::buildPanels(RunFrame& frame, const View& view) {
    const auto& breaks = m_marks.breaks();
    const Decimation visible(m_curves.steps(), frame.viewFirst, frame.viewLast, frame.lastStep,
                             view.columns, breaks);
    frame.refining =
        !m_panels.build(frame, m_curves, view, visible, m_marks.starts()) || !m_earlier.complete();
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

std::optional<Step> FrameBuilder::cursorStep(const View& view, double end) const {
    const auto& steps = m_curves.steps();
    std::optional<Step> wanted = view.cursor;
    if (!wanted && !view.playhead) {
        wanted = m_reader.table().newestFinalStep();
    }
    const double at = wanted ? std::min(end, static_cast<double>(wanted->value())) : end;
    const auto behind =
        std::upper_bound(steps.begin(), steps.end(), at,
                         [](double a, std::uint64_t b) { return a < static_cast<double>(b); });
    return Step{behind == steps.begin() ? steps.front() : *std::prev(behind)};
}

/// The steps of the window, as far as the cursor's launch goes back.
void FrameBuilder::aimCosines(const View& view, Step cursor) {
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
    if (!m_cursor || m_cursor->step != step) {
        m_cursor = AtCursor{step, m_reader.measures(step)};
    }
    const analysis::StepMeasures& measures = m_cursor->measures;
    aimCosines(view, step);
    if (measures.step.workers <= kQuickRanks) {
        m_cosines.work();
    }
    frame.cursor.step = step;
    frame.cursor.cosine = m_cosines.matrix();
    frame.status.problem = m_cosines.problem();
    frame.refining = frame.refining || !m_cosines.complete();
    frame.cursor.metrics = measures.step;
    frame.cursor.metrics.final =
        !m_follow || pulse.isStale(now) ||
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
        row.live = m_follow && !worker.left && pulse.isLive(worker.rank, now);
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
    status.damagedChunks = m_reader.session().damagedChunks();
    status.measuredGradients = m_curves.measuredGradients();
    const double pace = pulse.medianStepSeconds();
    status.stepsPerSecond = pace > 0 ? 1 / pace : 0;
    status.lagSeconds = m_follow ? pulse.secondsSinceRecord(now) : 0;
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
        const bool over = !m_follow || allLeft;
        status.reporting = static_cast<std::uint32_t>(
            std::count_if(workers.begin(), workers.end(), [&](const analysis::Worker& w) {
                return over ? w.lastStep.has_value() : !w.left && pulse.isLive(w.rank, now);
            }));
    }
    if (!m_follow) {
        status.state = RunState::Replay;
    } else if (allLeft) {
        status.state = RunState::Ended;
    } else if (table.stepCount() == 0) {
        status.state = RunState::Waiting;
    } else {
        status.state = pulse.isStale(now) ? RunState::Stale : RunState::Live;
    }
}

} // namespace rankscope::engine
