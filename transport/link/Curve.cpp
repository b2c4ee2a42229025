// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Curve.h"

#include "transport/link/Zmq.h"

#include <array>

namespace rankscope::link {

namespace {

constexpr std::size_t kZ85 = 40; // characters of a key
// ZMQ_ZAP_ENFORCE_DOMAIN: zmq.h names it for draft builds alone, every 4.3 has it.
constexpr int kEnforceDomain = 93;

void setText(void* socket, int option, const std::string& text) noexcept {
    zmq_setsockopt(socket, option, text.data(), text.size());
}

void setKeys(void* socket, const KeyPair& pair) noexcept {
    setText(socket, ZMQ_CURVE_PUBLICKEY, pair.publicKey);
    setText(socket, ZMQ_CURVE_SECRETKEY, pair.secretKey);
}

} // namespace

Result<KeyPair> newKeyPair() {
    std::array<char, kZ85 + 1> publicKey{}, secretKey{};
    if (zmq_curve_keypair(publicKey.data(), secretKey.data()) != 0) {
        return fail(ErrorCode::Unsupported, "this ZeroMQ was built without CURVE",
                    "stay on loopback, or use the distribution's libzmq");
    }
    return KeyPair{publicKey.data(), secretKey.data()};
}

bool isKey(const std::string& key) {
    std::array<std::uint8_t, 32> raw{};
    return key.size() == kZ85 && zmq_z85_decode(raw.data(), key.c_str()) != nullptr;
}

bool isKeyPair(const KeyPair& pair) {
    std::array<char, kZ85 + 1> derived{};
    return isKey(pair.publicKey) && isKey(pair.secretKey) &&
           zmq_curve_public(derived.data(), pair.secretKey.c_str()) == 0 &&
           pair.publicKey == derived.data();
}

Result<void> guardSocket(void* socket, const Guard& guard) {
    setOption(socket, ZMQ_CURVE_SERVER, 1);
    setText(socket, ZMQ_CURVE_SECRETKEY, guard.server.secretKey);
    setText(socket, ZMQ_ZAP_DOMAIN, guard.domain);
    const int on = 1;
    if (zmq_setsockopt(socket, kEnforceDomain, &on, sizeof on) != 0) {
        return fail(ErrorCode::Unsupported,
                    "this ZeroMQ cannot promise that keys are checked: " + lastZmqError(),
                    "stay on loopback, or use libzmq 4.3 or newer");
    }
    return {};
}

void presentKeys(void* socket, const std::string& server, const KeyPair& own) noexcept {
    setText(socket, ZMQ_CURVE_SERVERKEY, server);
    setKeys(socket, own);
}

} // namespace rankscope::link
