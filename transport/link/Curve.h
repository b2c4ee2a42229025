// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/ConnectionFile.h"
#include "transport/wire/Result.h"

/// Private to this folder: who may talk to whom, by ZeroMQ's CURVE. Sockets are ZeroMQ's.
namespace rankscope::link {

/// Errors: Unsupported.
[[nodiscard]] Result<KeyPair> newKeyPair();

/// A key in Z85.
[[nodiscard]] bool isKey(const std::string& key);

/// Two keys in Z85 of which the public one belongs to the secret one.
[[nodiscard]] bool isKeyPair(const KeyPair& pair);

/// What a socket that others connect to demands of them.
struct Guard {
    KeyPair server;
    std::string allowed; ///< public key of those who may come in, and of nobody else
    std::string domain;  ///< for the doorkeeper (ZapHandler): one per kind of port
};
/// ZAP fails open by default: without a doorkeeper CURVE admits every key. Here it admits none.
/// Errors: Unsupported.
[[nodiscard]] Result<void> guardSocket(void* socket, const Guard& guard);

/// What a connecting socket shows. `server`: the public key that the other end must prove to have.
void presentKeys(void* socket, const std::string& server, const KeyPair& own) noexcept;

} // namespace rankscope::link
