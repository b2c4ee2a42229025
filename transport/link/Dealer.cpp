// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Dealer.h"

#include "transport/link/Curve.h"
#include "transport/link/Endpoint.h"
#include "transport/link/HeadRoom.h"
#include "transport/link/Zmq.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <unistd.h>

namespace rankscope::link {

namespace {

// What one socket and its connection take, with some to spare for the host program. The context
// takes its share once.
constexpr int kSocketFds = 8;
constexpr int kContextFds = 16;
constexpr int kContextThreads = 2;
constexpr int kMaxSockets = 16384; // a simulator has one per rank

constexpr int kReconnectMs = 200, kJitterMs = 100;
// The wait is doubled up to this while nobody listens: what a restarted collector has to wait for.
// A failed attempt costs microseconds on this machine, and a packet on somebody else's.
constexpr int kReconnectMaxHereMs = 500;
constexpr int kReconnectMaxThereMs = 10000;
constexpr int kReconnectMaxViewerMs = 2000; // there are few of them, and somebody looks on
constexpr int kHandshakeMs = 5000, kHandshakeMsPerCaller = 5;
constexpr std::uint32_t kMostCallers = 5000; // patience has an end
constexpr int kConnectTimeoutMs = 5000;      // the system's own patience is two minutes

struct Context {
    std::mutex mutex;
    void* handle = nullptr;
    pid_t owner = 0;
};

// One per process and never terminated: terminating can block, and a rank never waits. Not
// destroyed either: nothing of ours runs when a rank exits.
Context& context() {
    static auto* const instance = new Context;
    return *instance;
}

Result<void*> processContext() {
    Context& shared = context();
    const std::scoped_lock lock(shared.mutex);
    if (shared.handle != nullptr && shared.owner == getpid()) {
        return shared.handle;
    }
    // A parent's context has no threads in a forked child: leave it alone, make another.
    if (auto room = checkHeadRoom(kContextFds, kContextThreads); !room) {
        return tl::unexpected(room.error());
    }
    void* const fresh = zmq_ctx_new();
    if (fresh == nullptr) {
        return fail(ErrorCode::Io, "ZeroMQ did not start: " + lastZmqError());
    }
    zmq_ctx_set(fresh, ZMQ_MAX_SOCKETS, kMaxSockets);
    zmq_ctx_set(fresh, ZMQ_BLOCKY, 0);
    shared.handle = fresh;
    shared.owner = getpid();
    return fresh;
}

void setDealerOptions(void* socket, const std::string& endpoint, Port port, int callers) {
    // An accepted tunnel whose far end is dead says nothing; but neither does, for a while, a
    // collector that thousands call at once, each costing it a millisecond or so with CURVE. Who
    // hangs up then and calls again has it begin anew: it would never come to an end.
    setCommonOptions(socket, endpoint, kHandshakeMs + kHandshakeMsPerCaller * callers);
    // So that the ranks of a job do not all come back in the same instant.
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    const int jitter = static_cast<int>(now % (kJitterMs + callers));
    setOption(socket, ZMQ_RECONNECT_IVL, kReconnectMs + jitter);
    const int longest = loopbackEndpoint(endpoint) ? kReconnectMaxHereMs
                        : port == Port::Viewers    ? kReconnectMaxViewerMs
                                                   : kReconnectMaxThereMs;
    setOption(socket, ZMQ_RECONNECT_IVL_MAX, longest + jitter);
    setOption(socket, ZMQ_CONNECT_TIMEOUT, kConnectTimeoutMs);
    setOption(socket, ZMQ_LINGER, 0);
    setOption(socket, ZMQ_IMMEDIATE, 1);
    // Every new connection opens with an empty message, which a living collector answers.
    setOption(socket, ZMQ_PROBE_ROUTER, 1);
    const auto bound = static_cast<std::int64_t>(wire::limits::kMessageBytes);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bound, sizeof bound);
}

} // namespace

struct Dealer::Impl {
    Socket socket;
    pid_t owner = getpid();
    std::uint64_t asked = 0;
    zmq_msg_t held{}; // received while looking for the collector's questions
    bool holds = false;

    explicit Impl(Socket made) : socket(std::move(made)) { zmq_msg_init(&held); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        if (owner != getpid()) { // left behind by a fork: it belongs to the parent's threads
            static_cast<void>(socket.release());
            return;
        }
        zmq_msg_close(&held);
    }

    /// Counts the collector's questions (empty messages) up to the first real message.
    void peek() noexcept {
        while (!holds && zmq_msg_recv(&held, socket.get(), ZMQ_DONTWAIT) >= 0) {
            if (zmq_msg_more(&held) != 0) {
                continue; // no collector of ours sends several parts
            }
            if (zmq_msg_size(&held) == 0) {
                ++asked;
            } else {
                holds = true;
            }
        }
    }
};

Result<std::unique_ptr<Dealer>> Dealer::connect(const std::string& endpointOrFile, Port port) {
    return readDestination(endpointOrFile, port).and_then([port](const Destination& destination) {
        return connect(destination, port);
    });
}

Result<std::unique_ptr<Dealer>> Dealer::connect(const Connection& connection, Port port) {
    return destinationOf(connection, port).and_then([port](const Destination& destination) {
        return connect(destination, port);
    });
}

Result<std::unique_ptr<Dealer>> Dealer::connect(const Destination& destination, Port port,
                                                std::uint32_t callers) {
    const std::string& endpoint = destination.endpoint;
    auto shared = processContext();
    if (!shared) {
        return tl::unexpected(shared.error());
    }
    if (auto room = checkHeadRoom(kSocketFds, 0); !room) {
        return tl::unexpected(room.error());
    }
    const SignalsBlocked blocked;
    Socket socket(zmq_socket(*shared, ZMQ_DEALER));
    if (!socket) {
        return fail(ErrorCode::Io, "no further ZeroMQ socket: " + lastZmqError());
    }
    setDealerOptions(socket.get(), endpoint, port,
                     static_cast<int>(std::min(callers, kMostCallers)));
    if (const auto& keys = destination.keys) {
        presentKeys(socket.get(), keys->server.publicKey,
                    port == Port::Ranks ? keys->emitter : keys->viewer);
    }
    if (zmq_connect(socket.get(), endpoint.c_str()) != 0) {
        return fail(ErrorCode::Usage, "'" + endpoint + "' is not an endpoint: " + lastZmqError());
    }
    return std::unique_ptr<Dealer>(new Dealer(std::make_unique<Impl>(std::move(socket))));
}

Dealer::Dealer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Dealer::~Dealer() = default;

Dealer::Sent Dealer::send(std::span<const std::byte> message) noexcept {
    for (;;) {
        if (zmq_send(m_impl->socket.get(), message.data(), message.size(), ZMQ_DONTWAIT) >= 0) {
            return Sent::Yes;
        }
        if (zmq_errno() != EINTR) {
            return zmq_errno() == EAGAIN ? Sent::WouldBlock : Sent::Failed;
        }
    }
}

bool Dealer::receive(std::vector<std::byte>& message) noexcept {
    m_impl->peek();
    if (!m_impl->holds) {
        return false;
    }
    const auto* bytes = static_cast<const std::byte*>(zmq_msg_data(&m_impl->held));
    message.assign(bytes, bytes + zmq_msg_size(&m_impl->held));
    m_impl->holds = false;
    return true;
}

void Dealer::wait(int milliseconds) noexcept {
    if (m_impl->holds) {
        return;
    }
    zmq_pollitem_t item{m_impl->socket.get(), 0, ZMQ_POLLIN, 0};
    zmq_poll(&item, 1, milliseconds);
}

std::uint64_t Dealer::connections() noexcept {
    m_impl->peek();
    return m_impl->asked;
}

} // namespace rankscope::link
