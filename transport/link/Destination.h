// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/ConnectionFile.h"
#include "transport/wire/Result.h"

#include <optional>
#include <string>
#include <string_view>

namespace rankscope::link {

/// Where a rank calls, with all that it needs for it: nothing has to be read again later.
struct Destination {
    std::string endpoint;
    std::optional<Connection> keys; ///< when a connection file named it
};

/// Of what a user wrote: tcp://HOST:PORT, ipc://PATH, or the path of a connection file, which is
/// read. Connects to nothing.
/// Errors: Usage (not an endpoint), and those of readConnection() and destinationOf().
[[nodiscard]] Result<Destination> readDestination(const std::string& endpointOrFile);

/// Keeps no more keys than a rank has a use for. Errors: Usage (the connection is for looking
/// only).
[[nodiscard]] Result<Destination> destinationOf(const Connection& connection);

/// As text that holds everything, keys too: for memory, never for arguments or logs.
[[nodiscard]] std::string destinationText(const Destination& destination);
/// Errors: Malformed, Unsupported (keys of a newer version).
[[nodiscard]] Result<Destination> parseDestination(std::string_view text);

} // namespace rankscope::link
