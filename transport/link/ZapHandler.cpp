// SPDX-License-Identifier: Apache-2.0
#include "transport/link/ZapHandler.h"

#include "transport/link/Zmq.h"

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

namespace rankscope::link {

namespace {

constexpr const char* kEndpoint = "inproc://zeromq.zap.01";
constexpr std::string_view kVersion = "1.0";

/// The frames of a request, in the order of RFC 27.
enum Frame : std::size_t { Version, Request, Domain, Address, Identity, Mechanism, Key, kFrames };

/// False when the context shuts down.
bool receive(void* socket, std::vector<std::string>& frames) noexcept {
    frames.clear();
    zmq_msg_t part;
    zmq_msg_init(&part);
    bool more = true;
    while (more) {
        if (zmq_msg_recv(&part, socket, 0) < 0) {
            if (zmq_errno() == EINTR) {
                continue;
            }
            zmq_msg_close(&part);
            return false;
        }
        frames.emplace_back(static_cast<const char*>(zmq_msg_data(&part)), zmq_msg_size(&part));
        more = zmq_msg_more(&part) != 0;
    }
    zmq_msg_close(&part);
    return true;
}

bool admits(const std::vector<std::string>& frames, const std::string& domain,
            const std::string& key) {
    return frames.size() == kFrames && frames[Version] == kVersion && frames[Domain] == domain &&
           frames[Mechanism] == "CURVE" && frames[Key] == key;
}

void answer(void* socket, const std::string& request, bool admitted) noexcept {
    const std::array<std::string_view, 6> reply{
        kVersion, request, admitted ? "200" : "400", admitted ? "OK" : "this key may not come in",
        "",       ""};
    for (std::size_t i = 0; i < reply.size(); ++i) {
        zmq_send(socket, reply[i].data(), reply[i].size(), i + 1 < reply.size() ? ZMQ_SNDMORE : 0);
    }
}

} // namespace

Result<std::unique_ptr<ZapHandler>> ZapHandler::start(void* context, const Guard& guard) {
    std::string key(32, '\0'); // ZAP has the key's bytes, files its Z85
    if (zmq_z85_decode(reinterpret_cast<std::uint8_t*>(key.data()), guard.allowed.c_str()) ==
        nullptr) {
        return fail(ErrorCode::Usage, "the key of those who may connect is none");
    }
    Socket socket(zmq_socket(context, ZMQ_REP));
    if (!socket || zmq_bind(socket.get(), kEndpoint) != 0) {
        return fail(ErrorCode::Io, "keys cannot be checked: " + lastZmqError());
    }
    setOption(socket.get(), ZMQ_LINGER, 0);
    std::unique_ptr<ZapHandler> handler(new ZapHandler);
    const SignalsBlocked blocked;
    handler->m_thread =
        std::jthread([raw = handler.get(), held = std::move(socket), domain = guard.domain, key] {
            raw->serve(held.get(), domain, key);
        });
    return handler;
}

void ZapHandler::serve(void* socket, const std::string& domain, const std::string& key) noexcept {
    std::vector<std::string> frames;
    while (receive(socket, frames)) {
        const bool admitted = admits(frames, domain, key);
        m_refused.fetch_add(admitted ? 0 : 1, std::memory_order_relaxed);
        answer(socket, frames.size() > Request ? frames[Request] : std::string(), admitted);
    }
}

} // namespace rankscope::link
