// SPDX-License-Identifier: Apache-2.0
#include "app/engine/run/Run.h"

#include "app/engine/frames/LinkNews.h"
#include "app/engine/frames/RunPulse.h"
#include "app/engine/run/FrameBuilder.h"
#include "app/engine/session/RunReader.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace rankscope::engine {
namespace {

using Clock = RunPulse::Clock;
using std::chrono::milliseconds;

constexpr milliseconds kPoll{20};          // how often a followed file is looked at
constexpr milliseconds kHeartbeat{500};    // a followed run's clock moves even when nothing comes
constexpr milliseconds kWhileLoading{100}; // between frames, so that loading is not slowed down

} // namespace

/// The mutex guards only the newest view; the thread owns everything else.
struct Run::Impl {
    Impl(std::stop_source closer, std::unique_ptr<RunReader> source, std::filesystem::path path,
         Options wanted, Publish receiver)
        : closing(std::move(closer)),
          reader(std::move(source)),
          address(std::move(path)),
          options(wanted),
          publish(std::move(receiver)),
          frames(*reader, FrameBuilder::Options{options.follow, FrameBuilder::kBudget}) {
        thread = std::jthread([this](const std::stop_token& stop) { work(stop); });
    }

    void work(const std::stop_token& stop);
    bool readMore(); ///< true when something came, or went wrong
    void readFileStatus();
    void hear(); ///< what was read just now
    void publishFrame(Clock::time_point now);
    /// Sleeps until `until` or a new view; returns true when there is one.
    bool waitForView(const std::stop_token& stop, std::optional<Clock::time_point> until);

    std::stop_source closing; ///< ends a wait for a recorder's answer
    std::unique_ptr<RunReader> reader;
    std::filesystem::path address;
    Options options;
    Publish publish;
    FrameBuilder frames;
    RunPulse pulse;

    View view;                                 ///< the thread's copy
    bool behind = true;                        ///< there is more to read at once
    bool failed = false;                       ///< the last attempt to read
    bool resumed = false;                      ///< what the session keeps of the run is taken in
    bool loading = true;                       ///< not yet at the end for the first time
    std::optional<Error> problem, headProblem; ///< of the last attempts to read
    session::SessionHead info;
    Clock::time_point infoAt{};
    std::uint64_t serial = 0;

    std::mutex mutex;
    std::condition_variable_any changed;
    std::optional<View> newView;

    std::jthread thread; ///< last: it stops before anything else goes
};

Result<std::unique_ptr<Run>> Run::open(const std::filesystem::path& address, Options options,
                                       Publish publish) {
    std::stop_source closing;
    return RunReader::open(address, closing.get_token()).map([&](auto&& reader) {
        return std::unique_ptr<Run>(
            new Run(std::make_unique<Impl>(closing, std::forward<decltype(reader)>(reader), address,
                                           options, std::move(publish))));
    });
}

Run::Run(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Run::~Run() {
    m_impl->closing.request_stop();
}

void Run::setView(const View& view) {
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->newView = view;
    }
    m_impl->changed.notify_one();
}

void Run::Impl::work(const std::stop_token& stop) {
    Clock::time_point shown{}; // time of the last frame
    bool pending = true;       // a frame would look different from the last one
    // Sets the mark before anything is read, so that no later commit is overlooked.
    (void)reader->session().changed();
    while (!stop.stop_requested()) {
        if (behind || options.follow) {
            pending = readMore() || pending;
        }
        const Clock::time_point now = Clock::now();
        const auto interval = loading ? kWhileLoading : milliseconds(options.frameIntervalMs);
        const auto retry = frames.retryAt();
        pending =
            pending || (options.follow && now - shown >= kHeartbeat) || (retry && now >= *retry);
        if (pending && now - shown >= interval) {
            frames.update();
            publishFrame(now);
            shown = now;
            pending = !loading && frames.refine().more;
        }
        FrameBuilder::Filled filled;
        if (!loading && !pending && !behind) {
            filled = frames.fill();
            pending = filled.shows;
        }
        std::optional<Clock::time_point> until;
        if (behind || filled.more) {
            until = failed ? now + kPoll : now;
        } else if (pending) {
            until = shown + interval;
        } else if (options.follow) {
            until = now + kPoll;
        } else {
            until = frames.retryAt();
        }
        pending = waitForView(stop, until) || pending;
    }
}

bool Run::Impl::readMore() {
    Result<bool> more = behind ? Result<bool>(true) : reader->session().changed();
    if (more && !*more) {
        return false;
    }
    if (more && !resumed) {
        more = frames.resume().map([] { return true; });
        resumed = more.has_value();
        hear();
    }
    if (more) {
        more = reader->read();
        hear();
    }
    failed = !more;
    // After an error there is still what was to be read: a change is told only once.
    behind = more.value_or(options.follow);
    loading = loading && more.value_or(false);
    const auto before = std::exchange(problem, more ? std::nullopt : std::optional(more.error()));
    const bool same = problem && before && problem->what == before->what;
    return more.has_value() || !same || !reader->batch().empty();
}

/// What the session held before this run was opened was not received just now.
void Run::Impl::hear() {
    pulse.hear(reader->batch(), Clock::now());
    if (loading) {
        readFileStatus();
        if (info.idleMs) {
            pulse.heardBy(infoAt - milliseconds(*info.idleMs));
        }
    }
}

void Run::Impl::readFileStatus() {
    const Clock::time_point now = Clock::now();
    if (infoAt != Clock::time_point{} && (!options.follow || now - infoAt < kHeartbeat)) {
        return;
    }
    if (auto fresh = reader->session().head()) {
        info = std::move(*fresh);
        infoAt = now;
        headProblem.reset();
    } else {
        headProblem = fresh.error();
    }
}

void Run::Impl::publishFrame(Clock::time_point now) {
    readFileStatus();
    auto frame = std::make_shared<RunFrame>(frames.build(view, pulse, now));
    frame->serial = ++serial;
    RunStatus& status = frame->status;
    status.file = address.string();
    status.runId = info.runId;
    status.fileBytes = info.bytes;
    status.recordedUnixNs = info.createdUnixNs;
    status.loading = loading;
    status.read = reader->session().share();
    const std::optional<Error>& worst = problem ? problem : headProblem;
    if (worst && isMissed(*worst, status)) {
        tellMissing(status, *worst);
    }
    publish(std::move(frame));
}

bool Run::Impl::waitForView(const std::stop_token& stop, std::optional<Clock::time_point> until) {
    std::unique_lock lock(mutex);
    const auto hasView = [this] { return newView.has_value(); };
    if (until) {
        changed.wait_until(lock, stop, *until, hasView);
    } else {
        changed.wait(lock, stop, hasView);
    }
    if (!newView) {
        return false;
    }
    view = *std::exchange(newView, std::nullopt);
    return true;
}

} // namespace rankscope::engine
