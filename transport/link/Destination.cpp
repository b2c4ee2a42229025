// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Destination.h"

#include "transport/link/Endpoint.h"

#include <unistd.h>

namespace rankscope::link {

namespace {

constexpr const char* kSpelling =
    "write it as tcp://HOST:PORT, ipc://PATH or the path of the recorder's connection file";

} // namespace

Result<Destination> destinationOf(const Connection& connection, Port port) {
    const KeyPair server{connection.server.publicKey, {}};
    if (port == Port::Ranks) {
        const std::string& endpoint = connection.endpoint;
        if (!connection.mayEmit()) {
            return fail(ErrorCode::Usage, "the connection file is for looking only",
                        "take one with the key to send: the recorder's own has it");
        }
        return Destination{endpoint, Connection{endpoint, {}, server, connection.emitter, {}}};
    }
    const std::string& endpoint = connection.viewEndpoint;
    if (!connection.mayView()) {
        return fail(ErrorCode::Usage, "the connection file is for sending only",
                    "take one with the key to look: the recorder's own has it");
    }
    if (endpoint.empty()) {
        return fail(ErrorCode::Usage, "the connection file names no port for viewers",
                    "take the file of a recorder that has one (--view)");
    }
    return Destination{endpoint,
                       Connection{connection.endpoint, endpoint, server, {}, connection.viewer}};
}

Result<Destination> readDestination(const std::string& endpointOrFile, Port port) {
    if (!isConnectionFile(endpointOrFile)) {
        const auto sound = anyEndpoint(endpointOrFile);
        if (!sound || sound->ends_with(":*")) { // "any port" is for those who listen
            return fail(ErrorCode::Usage, "'" + endpointOrFile + "' is not an endpoint", kSpelling);
        }
        return Destination{endpointOrFile, {}};
    }
    if (access(endpointOrFile.c_str(), F_OK) != 0) {
        return fail(ErrorCode::Usage,
                    "'" + endpointOrFile + "' is neither an endpoint nor a connection file",
                    kSpelling);
    }
    return readConnection(endpointOrFile).and_then([port](const Connection& connection) {
        return destinationOf(connection, port);
    });
}

std::string destinationText(const Destination& destination) {
    return destination.keys ? connectionText(*destination.keys) : destination.endpoint;
}

Result<Destination> parseDestination(std::string_view text) {
    if (!text.starts_with('{')) {
        return Destination{std::string(text), {}};
    }
    return parseConnection(text).and_then(
        [](const Connection& connection) { return destinationOf(connection); });
}

} // namespace rankscope::link
