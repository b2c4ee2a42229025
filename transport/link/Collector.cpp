// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Collector.h"

#include "transport/link/Intake.h"
#include "transport/link/Router.h"
#include "transport/link/SignalsBlocked.h"
#include "transport/link/Wake.h"

#include <cassert>
#include <mutex>
#include <optional>
#include <thread>

namespace rankscope::link {

namespace {

using Clock = std::chrono::steady_clock;

// Between looks at the clock: a busy link never keeps a commit waiting for long.
constexpr int kMessagesPerRound = 1024;

} // namespace

struct Collector::Impl {
    const Options options;
    std::unique_ptr<Router> router; // the thread's, but for its constant endpoint
    std::optional<Intake> intake;   // the thread's, there while that runs
    Wake wake;
    mutable std::mutex mutex; // guards the statistics
    LinkStatistics statistics;
    std::jthread thread;

    Impl(std::unique_ptr<Router> bound, const Options& wanted)
        : options(wanted),
          router(std::move(bound)) {}

    void run(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            const auto untilDeadline = intake->nextDeadline() - Clock::now();
            router->wait(std::chrono::ceil<std::chrono::milliseconds>(untilDeadline), wake.fd(),
                         !intake->overfull());
            round();
        }
        round();
        intake->commit(Clock::now());
        publish();
    }

    void round() {
        if (!intake->overfull()) {
            receive(Clock::now());
        }
        if (const auto now = Clock::now(); intake->commitDue(now)) {
            intake->commit(now);
        }
        intake->tick(Clock::now());
        publish();
    }

    void receive(Clock::time_point now) {
        Router::Incoming incoming;
        for (int i = 0; i < kMessagesPerRound && router->receive(incoming); ++i) {
            intake->take(incoming, now);
            if (intake->overfull() || (intake->batchFull() && intake->commitDue(now))) {
                return;
            }
        }
    }

    void publish() {
        const std::scoped_lock lock(mutex);
        statistics = intake->statistics();
        if (const std::uint64_t turnedAway = router->turnedAway(); turnedAway > 0) {
            statistics.refused += turnedAway;
            if (statistics.lastRefusal.empty()) {
                statistics.lastRefusal = "a connection came without the key of this run";
            }
        }
    }
};

Result<std::unique_ptr<Collector>> Collector::bind(const Options& options) {
    std::optional<Guard> guard;
    if (options.keys) {
        guard = Guard{options.keys->server, options.keys->emitter.publicKey, "rankscope.emit"};
    }
    auto router = Router::bind(options.endpoint, guard);
    if (!router) {
        return tl::unexpected(router.error());
    }
    auto impl = std::make_unique<Impl>(std::move(*router), options);
    if (impl->wake.fd() < 0) {
        return fail(ErrorCode::Io, "no file descriptor is left", "raise the limit (ulimit -n)");
    }
    return std::unique_ptr<Collector>(new Collector(std::move(impl)));
}

Result<std::unique_ptr<Collector>> Collector::bind(const Options& options, EventSink& sink) {
    auto collector = bind(options);
    if (collector) {
        (*collector)->start(sink);
    }
    return collector;
}

void Collector::start(EventSink& sink) {
    assert(!m_impl->intake && "it receives already");
    m_impl->intake.emplace(m_impl->options, *m_impl->router, sink);
    const SignalsBlocked blocked;
    m_impl->thread =
        std::jthread([raw = m_impl.get()](const std::stop_token& stop) { raw->run(stop); });
}

Collector::Collector(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Collector::~Collector() {
    stop();
}

void Collector::stop() {
    if (m_impl->thread.joinable()) {
        m_impl->thread.request_stop();
        m_impl->wake.signal();
        m_impl->thread.join();
        m_impl->router->close();
    }
}

const std::string& Collector::endpoint() const {
    return m_impl->router->endpoint();
}

LinkStatistics Collector::statistics() const {
    const std::scoped_lock lock(m_impl->mutex);
    return m_impl->statistics;
}

bool Collector::runEnded() const {
    const std::scoped_lock lock(m_impl->mutex);
    const Attendance attendance = m_impl->statistics.attendance;
    return attendance == Attendance::Silent || attendance == Attendance::AllLeft;
}

} // namespace rankscope::link
