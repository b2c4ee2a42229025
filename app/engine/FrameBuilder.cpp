// SPDX-License-Identifier: Apache-2.0
#include "app/engine/FrameBuilder.h"

#include "app/engine/Decimation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace rankscope::engine {
namespace {

constexpr std::uint32_t kMaxMissingRows = 4096; // worker rows made for ranks that never called

std::string causeText(wire::GapCause cause) {
    switch (cause) {
    case wire::GapCause::RingFull:
        return "emitter queue full";
    case wire::GapCause::TooLarge:
        return "record too large";
    case wire::GapCause::Undeclared:
        return "lost on the way";
    case wire::GapCause::RecorderPaused:
        return "recorder paused";
    case wire::GapCause::Unknown:
        break;
    }
    return "unknown cause";
}

/// Overlapping and touching losses of the same cause are one span, whatever rank they are of.
std::vector<GapSpan> mergedGaps(std::vector<analysis::LostSteps> lost, double end) {
    std::stable_sort(lost.begin(), lost.end(),
                     [](const auto& a, const auto& b) { return a.cause < b.cause; });
    std::vector<GapSpan> spans;
    const analysis::LostSteps* before = nullptr;
    for (const analysis::LostSteps& l : lost) {
        const auto first = static_cast<double>(l.first);
        const double last = std::min(static_cast<double>(l.last), end);
        if (first > end) {
            continue;
        }
        if (before != nullptr && before->cause == l.cause && first <= spans.back().last + 1) {
            spans.back().last = std::max(spans.back().last, last);
        } else {
            spans.push_back({first, last, causeText(l.cause)});
        }
        before = &l;
    }
    std::sort(spans.begin(), spans.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : a.last < b.last;
    });
    return spans;
}

/// First step of first..last without a row, if there is one. `steps` ascend without repeats, so
/// those from `first` on are all there exactly as far as they keep up with counting.
std::optional<std::uint64_t> firstAbsent(const std::vector<std::uint64_t>& steps,
                                         std::uint64_t first, std::uint64_t last) {
    const auto from = std::lower_bound(steps.begin(), steps.end(), first);
    const auto to = std::upper_bound(from, steps.end(), last);
    const auto behind = std::partition_point(from, to, [&](const std::uint64_t& step) {
        return step - first == static_cast<std::uint64_t>(&step - &*from);
    });
    const std::uint64_t absent = first + static_cast<std::uint64_t>(behind - from);
    return absent <= last ? std::optional{absent} : std::nullopt;
}

/// Where lines may not be drawn on: at restarts, and at steps lost for all ranks. (What one rank
/// lost is a hole in that rank's line already.)
std::vector<double> breaksOf(const RunFrame& frame, const std::vector<std::uint64_t>& steps) {
    std::vector<double> breaks;
    for (const GapSpan& gap : frame.gaps) {
        const auto last = static_cast<std::uint64_t>(gap.last);
        auto absent = firstAbsent(steps, static_cast<std::uint64_t>(gap.first), last);
        while (absent) {
            breaks.push_back(static_cast<double>(*absent));
            const auto next = std::upper_bound(steps.begin(), steps.end(), *absent);
            absent = next == steps.end() ? std::nullopt : firstAbsent(steps, *next, last);
        }
    }
    for (const Restart& restart : frame.restarts) {
        breaks.push_back(restart.step);
    }
    std::sort(breaks.begin(), breaks.end());
    return breaks;
}

} // namespace

bool FrameBuilder::update(const RunCurves::SeeMeasures& see) {
    const std::vector<Step> amended = m_curves.update(m_reader, see);
    if (m_cursor && std::binary_search(amended.begin(), amended.end(), m_cursor->step)) {
        m_cursor.reset();
    }
    return !amended.empty();
}

const FrameBuilder::AtCursor& FrameBuilder::atCursor(Step step) {
    if (!m_cursor || m_cursor->step != step) {
        m_cursor = AtCursor{step, m_reader.measures(step), nullptr, {}};
        if (auto matrix = m_reader.cosines(step); !matrix) {
            m_cursor->problem = matrix.error().what;
        } else if (matrix->source != analysis::CosineSource::None) {
            m_cursor->cosine = std::make_shared<const analysis::CosineMatrix>(std::move(*matrix));
        }
    }
    return *m_cursor;
}

RunFrame FrameBuilder::build(const View& view, const RunPulse& pulse,
                             RunPulse::Clock::time_point now) {
    RunFrame frame;
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
    buildMarks(frame, frame.lastStep);
    buildPanels(frame, view, frame.lastStep);
    buildCursor(frame, view, pulse, now);
    return frame;
}

void FrameBuilder::buildMarks(RunFrame& frame, double end) {
    frame.gaps = mergedGaps(m_reader.table().lostSteps(), end);
    frame.nonFiniteRanks = m_curves.nonFiniteRanks().upTo(end);
    const auto launches = m_reader.table().launches();
    for (std::size_t i = 1; i < launches.size(); ++i) {
        const analysis::Launch& l = launches[i];
        if (l.firstStep && static_cast<double>(l.firstStep->value()) <= end) {
            frame.restarts.push_back(
                {static_cast<double>(l.firstStep->value()), l.generation, l.world});
        }
    }
}

void FrameBuilder::buildPanels(RunFrame& frame, const View& view, double end) const {
    const std::vector<double> breaks = breaksOf(frame, m_curves.steps());
    const Decimation visible(m_curves.steps(), frame.viewFirst, frame.viewLast, end, view.columns,
                             breaks);
    frame.loss.mean = visible.line(m_curves[RunCurves::LossMean]);
    frame.loss.spread =
        visible.area(m_curves[RunCurves::LossMinusStd], m_curves[RunCurves::LossPlusStd]);
    frame.loss.range = visible.area(m_curves[RunCurves::LossMin], m_curves[RunCurves::LossMax]);
    frame.lossDispersion.mean = visible.line(m_curves[RunCurves::LossStd]);
    frame.direction.mean = visible.line(m_curves[RunCurves::CosineMean]);
    frame.direction.range = visible.area(m_curves[RunCurves::LooMin], m_curves[RunCurves::LooMax]);
    frame.normDispersion.mean = visible.line(m_curves[RunCurves::NormCv]);
    frame.norms.mean = visible.line(m_curves[RunCurves::NormMean]);
    frame.norms.spread =
        visible.area(m_curves[RunCurves::NormMinusStd], m_curves[RunCurves::NormPlusStd]);
    frame.norms.range = visible.area(m_curves[RunCurves::NormMin], m_curves[RunCurves::NormMax]);
    for (std::size_t i = 0; i < m_curves.ranks().size(); ++i) {
        const RunCurves::RankCurves& rank = m_curves.ranks()[i];
        const RankId id{static_cast<RankId::rep>(i)};
        frame.loss.ranks.push_back({id, visible.line(rank.loss), {}});
        frame.direction.ranks.push_back({id, visible.line(rank.leaveOneOut), {}});
        frame.norms.ranks.push_back({id, visible.line(rank.gradNorm), {}});
    }
    frame.loss.nonFinite = visible.marks(m_curves.nonFiniteLoss());
    frame.lossDispersion.nonFinite = frame.loss.nonFinite;
    frame.direction.nonFinite = visible.marks(m_curves.nonFiniteGradient());
    frame.normDispersion.nonFinite = frame.norms.nonFinite = frame.direction.nonFinite;

    const Decimation whole(m_curves.steps(), frame.firstStep, frame.lastStep, end, view.columns,
                           breaks);
    frame.overview = whole.line(m_curves[RunCurves::LossMean]);
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

void FrameBuilder::buildCursor(RunFrame& frame, const View& view, const RunPulse& pulse,
                               RunPulse::Clock::time_point now) {
    const Step step = *cursorStep(view, frame.lastStep);
    const AtCursor& at = atCursor(step);
    const analysis::StepMeasures& measures = at.measures;
    frame.cursor.step = step;
    frame.cursor.cosine = at.cosine;
    frame.status.problem = at.problem;
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
