// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Destination.h"

#include "transport/link/Endpoint.h"

#include <unistd.h>

namespace rankscope::link {

namespace {

constexpr const char* kSpelling =
    "write it as tcp://HOST:PORT, ipc://PATH or the path of the recorder's connection file";

} // namespace

Result<Destination> destinationOf(const Connection& connection) {
    if (!connection.mayEmit()) {
        return fail(ErrorCode::Usage, "the connection file is for looking only",
                    "take one with the key to send: the recorder's own has it");
    }
    return Destination{
        connection.endpoint,
        Connection{
            connection.endpoint, {}, {connection.server.publicKey, {}}, connection.emitter, {}}};
}

Result<Destination> readDestination(const std::string& endpointOrFile) {
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
    return readConnection(endpointOrFile).and_then(destinationOf);
}

std::string destinationText(const Destination& destination) {
    return destination.keys ? connectionText(*destination.keys) : destination.endpoint;
}

Result<Destination> parseDestination(std::string_view text) {
    if (!text.starts_with('{')) {
        return Destination{std::string(text), {}};
    }
    return parseConnection(text).and_then(destinationOf);
}

} // namespace rankscope::link
