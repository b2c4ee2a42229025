// SPDX-License-Identifier: Apache-2.0
#include "app/engine/compare/Comparison.h"

#include "app/engine/compare/ComparePanels.h"
#include "app/engine/compare/CompareText.h"
#include "app/engine/compare/ComparedSession.h"
#include "app/engine/frames/LinkNews.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace rankscope::engine {
namespace {

using Clock = ComparedSession::Clock;
using std::chrono::milliseconds;
using Files = std::vector<std::filesystem::path>;

constexpr milliseconds kPoll{20};          // how often followed files are looked at
constexpr milliseconds kHeartbeat{500};    // clocks of followed runs move even when nothing comes
constexpr milliseconds kWhileLoading{100}; // between frames, so that loading is not slowed down
constexpr milliseconds kCosineSlice{10};   // of mean cosines, between looks at views and files
constexpr int kShareOfTime = 4; // comparing takes at most one part of so many of a live run's time

} // namespace

/// The mutex guards only what is asked for; the thread owns everything else.
struct Comparison::Impl {
    Impl(Options wanted, Publish receiver) : options(wanted), publish(std::move(receiver)) {
        thread = std::jthread([this](const std::stop_token& stop) { work(stop); });
    }

    void work(const std::stop_token& stop);
    bool takeFiles(); ///< true when the list is another
    bool openMore();  ///< true when a session was opened, or could not be
    bool readMore();
    bool computeCosines();
    [[nodiscard]] bool cosinesDue() const;
    [[nodiscard]] bool compareDue(Clock::time_point now) const;
    void compareRuns();
    void refreshFacts();
    bool publishFrame(Clock::time_point now); ///< false: another one would show more
    void placeView(CompareFrame& frame) const;
    [[nodiscard]] View viewOf(const CompareFrame& frame, double origin) const;
    [[nodiscard]] std::optional<std::size_t> otherSide() const;
    [[nodiscard]] bool any(bool (ComparedSession::*what)() const) const;
    /// Sleeps until `until` or until something is asked for; true when there is.
    bool waitForWish(const std::stop_token& stop, std::optional<Clock::time_point> until);

    std::stop_source closing; ///< ends every wait for a recorder's answer
    Options options;
    Publish publish;
    std::vector<std::unique_ptr<ComparedSession>> sessions;
    std::vector<std::size_t> runs; ///< sessions that have steps: the runs of `compared`
    analysis::ComparedRuns compared;
    std::shared_ptr<const CompareFacts> facts;
    ComparePanels panels;

    CompareView view;          ///< the thread's copy
    bool runsChanged = false;  ///< the series are ahead of `compared`
    bool factsChanged = false; ///< `compared` or the view are ahead of `facts`
    Clock::time_point comparedAt{};
    Clock::duration compareCost{};
    std::uint64_t serial = 0;

    std::mutex mutex;
    std::condition_variable_any changed;
    std::optional<CompareView> newView;
    std::optional<Files> newFiles;

    std::jthread thread; ///< last: it stops before anything else goes
};

Comparison::Comparison(Options options, Publish publish)
    : m_impl(std::make_unique<Impl>(options, std::move(publish))) {}
Comparison::~Comparison() {
    m_impl->closing.request_stop();
}

void Comparison::setFiles(Files files) {
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->newFiles = std::move(files);
    }
    m_impl->changed.notify_one();
}

void Comparison::setView(const CompareView& view) {
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->newView = view;
    }
    m_impl->changed.notify_one();
}

bool Comparison::Impl::any(bool (ComparedSession::*what)() const) const {
    return std::any_of(sessions.begin(), sessions.end(),
                       [&](const auto& session) { return (session.get()->*what)(); });
}

void Comparison::Impl::work(const std::stop_token& stop) {
    Clock::time_point shown{}; // time of the last frame
    bool pending = false;      // a frame would look different from the last one
    bool named = false;        // sessions were: a view alone has nothing to show, nor an end
    while (!stop.stop_requested()) {
        if (takeFiles()) { // they are named before they are opened
            publishFrame(Clock::now());
            pending = named = true;
        }
        pending = openMore() || pending;
        pending = readMore() || pending;
        pending = computeCosines() || pending;
        const Clock::time_point now = Clock::now();
        pending = pending || compareDue(now);
        const bool loading = any(&ComparedSession::loading);
        const bool follows = any(&ComparedSession::followed);
        const auto interval = loading ? kWhileLoading : milliseconds(options.frameIntervalMs);
        pending = pending || (follows && now - shown >= kHeartbeat);
        pending = pending && named;
        if (pending && now - shown >= interval) {
            pending = !publishFrame(now);
            shown = now;
        }
        std::optional<Clock::time_point> until;
        if (any(&ComparedSession::readable) || cosinesDue()) {
            until = now;
        } else if (pending) {
            until = shown + interval;
        } else if (follows || runsChanged || any(&ComparedSession::opening)) {
            until = now + kPoll;
        }
        pending = waitForWish(stop, until) || pending;
    }
}

bool Comparison::Impl::takeFiles() {
    std::optional<Files> wanted;
    {
        const std::lock_guard lock(mutex);
        wanted = std::exchange(newFiles, std::nullopt);
    }
    if (!wanted) {
        return false;
    }
    std::vector<std::unique_ptr<ComparedSession>> kept;
    for (std::filesystem::path& file : *wanted) {
        const auto open = std::find_if(sessions.begin(), sessions.end(), [&](const auto& session) {
            return session && (session->open() || session->opening()) && session->file() == file;
        });
        kept.push_back(open != sessions.end() ? std::move(*open)
                                              : std::make_unique<ComparedSession>(
                                                    std::move(file), closing.get_token()));
    }
    compared = {}; // it points to series that go now
    sessions = std::move(kept);
    runsChanged = true;
    comparedAt = {};
    return true;
}

bool Comparison::Impl::openMore() {
    bool any = false;
    for (const auto& session : sessions) {
        any = session->proceed() || any;
    }
    runsChanged = runsChanged || any;
    return any;
}

bool Comparison::Impl::readMore() {
    bool came = false, fresh = false;
    for (const auto& session : sessions) {
        if (session->open() && (session->behind() || session->followed())) {
            came = session->read() || came;
        }
    }
    if (!came) {
        return false;
    }
    for (const auto& session : sessions) {
        fresh = (session->open() && session->update()) || fresh;
    }
    runsChanged = runsChanged || fresh;
    return true;
}

bool Comparison::Impl::computeCosines() {
    bool complete = false;
    for (const auto& session : sessions) {
        if (session->open() && !session->loading()) {
            complete = session->cosine().advance(session->reader(), Clock::now() + kCosineSlice) ||
                       complete;
        }
    }
    return complete;
}

bool Comparison::Impl::cosinesDue() const {
    return std::any_of(sessions.begin(), sessions.end(), [](const auto& session) {
        return session->open() && session->cosine().due();
    });
}

bool Comparison::Impl::compareDue(Clock::time_point now) const {
    // What has grown can wait, but not a session that is not shown yet.
    const auto comparable =
        std::count_if(sessions.begin(), sessions.end(),
                      [](const auto& session) { return session->comparable(); });
    return runsChanged && (static_cast<std::size_t>(comparable) != runs.size() ||
                           now - comparedAt >= kWhileLoading + kShareOfTime * compareCost);
}

/// Between two comparisons the runs may have grown: `compared` is then behind their series, and
/// nothing but decimation may be made with it.
void Comparison::Impl::compareRuns() {
    const Clock::time_point begin = Clock::now();
    if (!compareDue(begin)) {
        return;
    }
    runs.clear();
    std::vector<const analysis::ComparedRun*> series;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        if (sessions[i]->comparable()) {
            runs.push_back(i);
            series.push_back(&sessions[i]->run());
        }
    }
    compared = analysis::compared(std::move(series), view.align);
    panels.setRuns(compared);
    runsChanged = false;
    factsChanged = true;
    comparedAt = Clock::now();
    compareCost = comparedAt - begin;
}

std::optional<std::size_t> Comparison::Impl::otherSide() const {
    const std::size_t sides = compared.sides.size();
    if (view.other && *view.other < sides && *view.other != facts->base) {
        return view.other;
    }
    return sides < 2 ? std::nullopt : std::optional<std::size_t>(facts->base == 0 ? 1 : 0);
}

void Comparison::Impl::refreshFacts() {
    if (runs.empty()) {
        facts.reset();
        return;
    }
    if (factsChanged) {
        std::vector<CompareFacts::Session> described;
        for (const std::size_t i : runs) {
            described.push_back(sessions[i]->describe());
            described.back().mark = sessionMark(i);
            described.back().file = sessions[i]->file().string();
        }
        std::optional<analysis::StepSpan> span;
        if (!view.run.follow) {
            span = {static_cast<std::uint64_t>(std::max(0.0, std::ceil(view.run.first))),
                    static_cast<std::uint64_t>(std::max(0.0, std::floor(view.run.last)))};
        }
        auto fresh = factsOf(compared, view.align, std::move(described), view.base, span);
        for (std::size_t i = 0; i < sessions.size(); ++i) {
            if (!sessions[i]->open() && sessions[i]->error()) {
                fresh.failures.push_back(
                    {sessionMark(i), sessions[i]->file().string(), *sessions[i]->error()});
            }
        }
        facts = std::make_shared<const CompareFacts>(std::move(fresh));
        for (std::size_t run = 0; run < runs.size(); ++run) {
            const auto& steps = compared.runs[run]->series.steps();
            const std::uint64_t origin = compared.alignment.origins[run];
            MeanCosine& cosine = sessions[runs[run]]->cosine();
            if (sessions[runs[run]]->followed() && !cosine.done()) {
                continue; // a run that grows would never get to the end of it
            }
            if (facts->summary) {
                cosine.setSpan(steps, facts->summary->span.first + origin,
                               facts->summary->span.last + origin);
            } else {
                cosine.setSpan({}, 0, 0);
            }
        }
        factsChanged = false;
    }
    panels.setView(compared, view, facts->base, otherSide());
}

void Comparison::Impl::placeView(CompareFrame& frame) const {
    const auto& steps = compared.alignment.steps;
    frame.firstStep = static_cast<double>(steps.front());
    frame.lastStep = static_cast<double>(steps.back());
    frame.viewFirst = view.run.follow ? frame.firstStep : view.run.first;
    frame.viewLast = view.run.follow ? frame.lastStep : view.run.last;
    const double wanted =
        view.run.cursor ? static_cast<double>(view.run.cursor->value()) : frame.lastStep;
    frame.cursor = std::clamp(wanted, frame.firstStep, frame.lastStep);
}

/// On the steps of a session.
View Comparison::Impl::viewOf(const CompareFrame& frame, double origin) const {
    View own = view.run;
    own.follow = false;
    own.first = frame.viewFirst + origin;
    own.last = frame.viewLast + origin;
    own.cursor = Step{static_cast<std::uint64_t>(frame.cursor + origin)};
    own.playhead.reset();
    return own;
}

bool Comparison::Impl::publishFrame(Clock::time_point now) {
    compareRuns();
    refreshFacts();
    bool complete = true, more = false;
    auto frame = std::make_shared<CompareFrame>();
    frame->serial = ++serial;
    frame->loading =
        any(&ComparedSession::loading) || (runsChanged && !any(&ComparedSession::followed));
    frame->facts = facts;
    frame->empty = runs.empty();
    if (!frame->empty) {
        placeView(*frame);
        panels.build(*frame, compared, view.wideColumns);
    }
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        ComparedSession& session = *sessions[i];
        CompareSession shown;
        shown.mark = sessionMark(i);
        shown.file = session.file().string();
        shown.error = session.error();
        shown.loading = session.loading();
        shown.cosine = session.cosine().mean();
        const auto run = std::find(runs.begin(), runs.end(), i);
        if (run != runs.end()) {
            shown.run = static_cast<std::size_t>(run - runs.begin());
            shown.origin = static_cast<double>(compared.alignment.origins[*shown.run]);
        }
        if (session.open()) {
            shown.frame = session.frame(viewOf(*frame, shown.origin), now);
            complete = complete && !shown.frame->refining;
            if (shown.error && !isMissed(*shown.error, shown.frame->status) &&
                !shown.frame->status.linkLost) {
                shown.error.reset();
            }
        }
        frame->sessions.push_back(std::move(shown));
    }
    frame->refining = !complete || runsChanged || cosinesDue();
    publish(std::move(frame));
    for (const auto& session : sessions) {
        if (session->open()) {
            more = session->refine() || more;
        }
    }
    return !more;
}

bool Comparison::Impl::waitForWish(const std::stop_token& stop,
                                   std::optional<Clock::time_point> until) {
    std::unique_lock lock(mutex);
    const auto hasWish = [this] { return newView.has_value() || newFiles.has_value(); };
    if (until) {
        changed.wait_until(lock, stop, *until, hasWish);
    } else {
        changed.wait(lock, stop, hasWish);
    }
    if (!newView) {
        return newFiles.has_value();
    }
    const CompareView before = std::exchange(view, *std::exchange(newView, std::nullopt));
    runsChanged = runsChanged || before.align != view.align;
    factsChanged = factsChanged || before.base != view.base ||
                   before.run.follow != view.run.follow || before.run.first != view.run.first ||
                   before.run.last != view.run.last;
    if (factsChanged || before.align != view.align || before.metric != view.metric ||
        before.other != view.other) {
        comparedAt = {}; // at once
    }
    return true;
}

} // namespace rankscope::engine
