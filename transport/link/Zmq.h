// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/SignalsBlocked.h"
#include "transport/wire/Messages.h"

#include <memory>
#include <pthread.h>
#include <string>
#include <zmq.h>

/// Private to this folder: the few things that both ends do with ZeroMQ's C API.
namespace rankscope::link {

struct CloseSocket {
    void operator()(void* socket) const noexcept { zmq_close(socket); }
};
using Socket = std::unique_ptr<void, CloseSocket>;

inline void setOption(void* socket, int option, int value) noexcept {
    zmq_setsockopt(socket, option, &value, sizeof value);
}

/// What both ends agree on. A peer that vanished without a word is noticed in 6 s.
inline void setCommonOptions(void* socket, const std::string& endpoint, int handshakeMs) noexcept {
    setOption(socket, ZMQ_SNDHWM, 64);
    setOption(socket, ZMQ_RCVHWM, 64);
    setOption(socket, ZMQ_HEARTBEAT_IVL, 2000);
    setOption(socket, ZMQ_HEARTBEAT_TIMEOUT, 6000);
    setOption(socket, ZMQ_HEARTBEAT_TTL, 6000);
    setOption(socket, ZMQ_HANDSHAKE_IVL, handshakeMs);
    // Only for tcp://[::1]: with it a name such as localhost may lead to an address nobody serves.
    setOption(socket, ZMQ_IPV6, endpoint.find('[') == std::string::npos ? 0 : 1);
}

[[nodiscard]] inline std::string lastZmqError() {
    return zmq_strerror(zmq_errno());
}

} // namespace rankscope::link
