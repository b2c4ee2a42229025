// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/ConnectionFile.h"
#include "transport/wire/Result.h"

#include <optional>
#include <string>
#include <string_view>

namespace rankscope::link {

/// Which of a recorder's two ports. Each has keys of its own in the connection file.
enum class Port { Ranks, Viewers };

/// Where to call, with all that it needs for it: nothing has to be read again later.
struct Destination {
    std::string endpoint;
    std::optional<Connection> keys; ///< those for the port, when a connection file named it
    bool operator==(const Destination&) const = default;
};

/// Of what a user wrote: tcp://HOST:PORT, ipc://PATH, or the path of a connection file, which is
/// read. Connects to nothing.
/// Errors: Usage (not an endpoint), and those of readConnection() and destinationOf().
[[nodiscard]] Result<Destination> readDestination(const std::string& endpointOrFile,
                                                  Port port = Port::Ranks);

/// Keeps no more keys than the port asks for. Errors: Usage (the connection is not for this port).
[[nodiscard]] Result<Destination> destinationOf(const Connection& connection,
                                                Port port = Port::Ranks);

/// As text that holds everything, keys too: for memory, never for arguments or logs.
[[nodiscard]] std::string destinationText(const Destination& destination);
/// Errors: Malformed, Unsupported (keys of a newer version).
[[nodiscard]] Result<Destination> parseDestination(std::string_view text);

} // namespace rankscope::link
