// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Router.h"

#include "transport/link/Endpoint.h"
#include "transport/link/HeadRoom.h"
#include "transport/link/ZapHandler.h"
#include "transport/link/Zmq.h"

#include <algorithm>
#include <cerrno>

namespace rankscope::link {

namespace {

constexpr int kMaxSockets = 64; // sockets of ours; a connection of a rank isn't one
// ZeroMQ looks through all timers of a thread when a connection ends one (a heartbeat, a
// handshake): with thousands of ranks that is what most time goes to, unless they are spread over
// threads.
constexpr int kIoThreads = 4;
constexpr int kFds = 24 + 3 * kIoThreads;
constexpr int kThreads = 1 + kIoThreads;
constexpr int kLingerMs = 250; // for the last acks; a peer that doesn't read doesn't hold us up
constexpr int kBacklog = 4096; // all ranks of a large job connect in the same second

void setRouterOptions(void* socket, const std::string& endpoint, const Router::Bounds& bounds) {
    constexpr int kHandshakeMs = 30'000; // the callers' patience is shorter
    setCommonOptions(socket, endpoint, kHandshakeMs);
    setOption(socket, ZMQ_SNDHWM, bounds.unsentMessages);
    setOption(socket, ZMQ_LINGER, kLingerMs);
    setOption(socket, ZMQ_BACKLOG, kBacklog);
    setOption(socket, ZMQ_ROUTER_MANDATORY, 1); // so that send() tells who is gone
    const auto bound = static_cast<std::int64_t>(bounds.messageBytes);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bound, sizeof bound);
}

Error bindError(const std::string& endpoint) {
    if (zmq_errno() == EADDRINUSE) {
        return {ErrorCode::Busy, "somebody listens on " + endpoint + " already",
                "choose another port (port 0 picks a free one), or stop the other program"};
    }
    return {ErrorCode::Io, "cannot listen on " + endpoint + ": " + lastZmqError(),
            "check the address and the permissions"};
}

std::string boundEndpoint(void* socket) {
    char name[256] = {};
    std::size_t size = sizeof name;
    zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, name, &size);
    return name;
}

} // namespace

struct Router::Impl {
    void* context = nullptr;         ///< null once closed
    std::unique_ptr<ZapHandler> zap; ///< null without a guard
    Socket socket;
    std::string endpoint;
    zmq_msg_t message{};
};

Result<std::unique_ptr<Router>>
Router::bind(const std::string& endpoint, const std::optional<Guard>& guard, const Bounds& bounds) {
    auto spelled = guard ? anyEndpoint(endpoint) : loopbackEndpoint(endpoint);
    if (!spelled) {
        return tl::unexpected(spelled.error());
    }
    if (auto free =
            checkNobodyListens(*spelled).and_then([] { return checkHeadRoom(kFds, kThreads); });
        !free) {
        return tl::unexpected(free.error());
    }
    const SignalsBlocked blocked;
    // A context of its own, since this one is terminated, to let the last acks out.
    void* const context = zmq_ctx_new();
    if (context == nullptr) {
        return fail(ErrorCode::Io, "ZeroMQ did not start: " + lastZmqError());
    }
    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, kMaxSockets);
    zmq_ctx_set(context, ZMQ_IO_THREADS, kIoThreads);
    auto made = std::make_unique<Impl>();
    Impl& impl = *made;
    impl.context = context;
    zmq_msg_init(&impl.message);
    // Lets go of what follows when it fails.
    std::unique_ptr<Router> router(new Router(std::move(made)));
    if (guard) {
        auto zap = ZapHandler::start(context, *guard);
        if (!zap) {
            return tl::unexpected(zap.error());
        }
        impl.zap = std::move(*zap);
    }
    impl.socket.reset(zmq_socket(context, ZMQ_ROUTER));
    if (!impl.socket) {
        return fail(ErrorCode::Io, "no ZeroMQ socket: " + lastZmqError());
    }
    setRouterOptions(impl.socket.get(), *spelled, bounds);
    if (guard) {
        if (auto guarded = guardSocket(impl.socket.get(), *guard); !guarded) {
            return tl::unexpected(guarded.error());
        }
    }
    if (zmq_bind(impl.socket.get(), spelled->c_str()) != 0) {
        return tl::unexpected(bindError(*spelled));
    }
    impl.endpoint = boundEndpoint(impl.socket.get());
    return router;
}

Router::Router(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Router::~Router() {
    close();
}

const std::string& Router::endpoint() const {
    return m_impl->endpoint;
}

std::uint64_t Router::turnedAway() const {
    return m_impl->zap ? m_impl->zap->refused() : 0;
}

void Router::close() noexcept {
    if (m_impl->context == nullptr) {
        return;
    }
    zmq_msg_close(&m_impl->message);
    m_impl->socket.reset();
    zmq_ctx_shutdown(m_impl->context); // ends the doorkeeper
    m_impl->zap.reset();
    while (zmq_ctx_term(m_impl->context) != 0 && zmq_errno() == EINTR) {
    }
    m_impl->context = nullptr;
}

bool Router::receive(Incoming& incoming) noexcept {
    zmq_msg_t& message = m_impl->message;
    if (zmq_msg_recv(&message, m_impl->socket.get(), ZMQ_DONTWAIT) < 0) {
        return false;
    }
    incoming.route.assign(static_cast<const char*>(zmq_msg_data(&message)), zmq_msg_size(&message));
    incoming.payload = {};
    incoming.single = true;
    // ZeroMQ hands over a message only when all its parts have come.
    for (int part = 0; zmq_msg_more(&message) != 0; ++part) {
        if (zmq_msg_recv(&message, m_impl->socket.get(), ZMQ_DONTWAIT) < 0) {
            return false;
        }
        incoming.single = part == 0;
    }
    incoming.payload = {static_cast<const std::byte*>(zmq_msg_data(&message)),
                        zmq_msg_size(&message)};
    return true;
}

Router::Sent Router::send(const std::string& route, std::span<const std::byte> message) noexcept {
    const int flags = ZMQ_DONTWAIT;
    if (zmq_send(m_impl->socket.get(), route.data(), route.size(), flags | ZMQ_SNDMORE) < 0) {
        return zmq_errno() == EAGAIN ? Sent::Full : Sent::Gone;
    }
    zmq_send(m_impl->socket.get(), message.data(), message.size(), flags);
    return Sent::Yes;
}

void Router::wait(std::chrono::milliseconds longest, int wakeFd, bool orMessage) noexcept {
    zmq_pollitem_t items[] = {{nullptr, wakeFd, ZMQ_POLLIN, 0},
                              {m_impl->socket.get(), 0, ZMQ_POLLIN, 0}};
    const auto timeout = std::max(longest, std::chrono::milliseconds::zero()).count();
    zmq_poll(items, orMessage ? 2 : 1, static_cast<long>(timeout));
}

} // namespace rankscope::link
