// SPDX-License-Identifier: Apache-2.0
#include "transport/view/ViewServer.h"

#include "transport/link/Router.h"
#include "transport/link/SignalsBlocked.h"
#include "transport/link/Wake.h"
#include "transport/view/ViewMessages.h"
#include "transport/wire/Codec.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <mutex>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace rankscope::view {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kIdle = 1h;
// At the end: a viewer looks for news many times a second, so that one that lives has asked lately,
// and has everything when it has got nothing new for a while.
constexpr auto kLately = 2000ms;
constexpr auto kFarewell = 2000ms;
constexpr auto kQuiet = 250ms;
constexpr int kNice = 10; // below the collector, whatever viewers ask for

// The largest answer fits, so that a viewer that asks one thing at a time never misses one.
constexpr int kUnsentPieces = static_cast<int>(limits::kAnswerBytes / limits::kPieceBytes) + 8;

bool isNews(const Answer& answer) {
    const auto* events = std::get_if<session::SessionRows::Events>(&answer);
    return events != nullptr && !events->rows.empty();
}

/// For a rank that was given the wrong port.
std::vector<std::byte> notHere(const wire::Hello& hello) {
    wire::Welcome welcome;
    welcome.incarnation = hello.incarnation;
    welcome.accepted = false;
    welcome.reason = "this is the recorder's port for viewers; ranks call at the one that it "
                     "printed as `listening`";
    return wire::encode(welcome);
}

} // namespace

struct ViewServer::Impl {
    explicit Impl(std::unique_ptr<link::Router> bound) : router(std::move(bound)) {}

    void run(const std::stop_token& stop) {
        // Of this thread alone, as Linux has it.
        static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice));
        while (!stop.stop_requested()) {
            router->wait(kIdle, wake.fd(), true);
            serve(stop);
        }
        wake.clear();
        const auto end = Clock::now() + kFarewell;
        const auto begun = Clock::now();
        while (asked && begun - *asked < kLately && Clock::now() < end &&
               Clock::now() - std::max(news, begun) < kQuiet) {
            router->wait(kQuiet / 4, wake.fd(), true);
            serve({});
        }
        desk.reset();
    }

    void serve(const std::stop_token& stop) {
        link::Router::Incoming incoming;
        while (!stop.stop_requested() && router->receive(incoming)) {
            take(incoming);
            const std::scoped_lock lock(mutex);
            published = statistics;
        }
    }

    void take(const link::Router::Incoming& incoming) {
        if (!incoming.single) {
            ++statistics.refused;
        } else if (incoming.payload.empty()) { // asks whether somebody is there
            router->send(incoming.route, {});
        } else if (const auto request = decodeRequest(incoming.payload)) {
            asked = Clock::now();
            answer(incoming.route, *request);
        } else {
            ++statistics.refused;
            const auto message = wire::decode(incoming.payload);
            if (const auto* hello = message ? std::get_if<wire::Hello>(&*message) : nullptr) {
                router->send(incoming.route, notHere(*hello));
            }
        }
    }

    void answer(const std::string& route, const Request& request) {
        const Answer answer = desk->answer(request.question);
        const std::vector<std::byte> bytes = encode(answer);
        std::span<const std::byte> rest(bytes);
        std::size_t left = (bytes.size() - 1) / limits::kPieceBytes + 1;
        while (left > 0) {
            const auto data = rest.first(std::min(rest.size(), limits::kPieceBytes));
            rest = rest.subspan(data.size());
            --left;
            const Piece piece{request.id, static_cast<std::uint32_t>(left), data};
            if (router->send(route, encode(piece)) != link::Router::Sent::Yes) {
                ++statistics.unread;
                return;
            }
        }
        ++statistics.requests;
        statistics.bytes += bytes.size();
        news = isNews(answer) ? Clock::now() : news;
    }

    std::unique_ptr<link::Router> router; ///< the thread's, but for its constant endpoint
    std::unique_ptr<RowDesk> desk;        ///< the thread's, as everything up to the mutex
    link::Wake wake;
    std::optional<Clock::time_point> asked; ///< the last request came
    Clock::time_point news{};               ///< events were handed out
    ViewStatistics statistics;
    mutable std::mutex mutex; ///< guards the next
    ViewStatistics published;
    std::jthread thread;
};

Result<std::unique_ptr<ViewServer>> ViewServer::bind(const Options& options) {
    std::optional<link::Guard> guard;
    if (options.keys) {
        guard = link::Guard{options.keys->server, options.keys->viewer.publicKey, "rankscope.view"};
    }
    auto router =
        link::Router::bind(options.endpoint, guard, {2 * limits::kRequestBytes, kUnsentPieces});
    if (!router) {
        return tl::unexpected(router.error());
    }
    auto impl = std::make_unique<Impl>(std::move(*router));
    if (impl->wake.fd() < 0) {
        return fail(ErrorCode::Io, "no file descriptor is left", "raise the limit (ulimit -n)");
    }
    return std::unique_ptr<ViewServer>(new ViewServer(std::move(impl)));
}

void ViewServer::start(OpenRows open) {
    assert(!m_impl->thread.joinable() && "it answers already");
    m_impl->desk = std::make_unique<RowDesk>(std::move(open));
    const link::SignalsBlocked blocked;
    m_impl->thread =
        std::jthread([raw = m_impl.get()](const std::stop_token& stop) { raw->run(stop); });
}

ViewServer::ViewServer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

ViewServer::~ViewServer() {
    stop();
}

void ViewServer::stop() {
    if (m_impl->thread.joinable()) {
        m_impl->thread.request_stop();
        m_impl->wake.signal();
        m_impl->thread.join();
        m_impl->router->close();
    }
}

const std::string& ViewServer::endpoint() const {
    return m_impl->router->endpoint();
}

ViewStatistics ViewServer::statistics() const {
    const std::scoped_lock lock(m_impl->mutex);
    ViewStatistics statistics = m_impl->published;
    statistics.refused += m_impl->router->turnedAway();
    return statistics;
}

} // namespace rankscope::view
