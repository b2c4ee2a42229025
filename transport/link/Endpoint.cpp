// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Endpoint.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace rankscope::link {

namespace {

constexpr std::string_view kTcp = "tcp://";
constexpr std::string_view kIpc = "ipc://";
constexpr const char* kSpelling = "write it as tcp://127.0.0.1:PORT or ipc://PATH";

bool isPort(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value <= 65535;
}

/// The address that ZeroMQ is to bind, or empty when others could reach it.
std::string loopbackAddress(const std::string& host) {
    if (host == "localhost") {
        return "127.0.0.1";
    }
    in_addr address{};
    const bool loopback =
        inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24U) == 127;
    return loopback || host == "[::1]" ? host : std::string();
}

struct HostAndPort {
    std::string host, port; ///< port: a number, or * for a free one
};

Result<HostAndPort> splitTcp(const std::string& endpoint) {
    const std::string rest = endpoint.substr(kTcp.size());
    const std::size_t colon = rest.rfind(':');
    if (colon == std::string::npos) {
        return fail(ErrorCode::Usage, "'" + endpoint + "' names no port", kSpelling);
    }
    const std::string port = rest.substr(colon + 1);
    if (port != "*" && !isPort(port)) {
        return fail(ErrorCode::Usage, "'" + port + "' is not a port", kSpelling);
    }
    return HostAndPort{rest.substr(0, colon), port == "0" ? "*" : port};
}

Result<std::string> loopbackTcp(const std::string& endpoint) {
    const auto split = splitTcp(endpoint);
    if (!split) {
        return tl::unexpected(split.error());
    }
    const std::string address = loopbackAddress(split->host);
    if (address.empty()) {
        const std::string& port = split->port;
        std::string advice =
            "demand keys with --connection FILE, or listen on tcp://127.0.0.1:" + port;
        if (port != "*") {
            advice += " and let ranks on other machines come through a tunnel: ssh -N -L " + port +
                      ":127.0.0.1:" + port + " THIS_MACHINE";
        }
        return fail(ErrorCode::Usage,
                    "'" + endpoint + "' could be reached from other machines, by anybody", advice);
    }
    return std::string(kTcp) + address + ":" + split->port;
}

Result<std::string> ipcPath(const std::string& endpoint) {
    const std::size_t length = endpoint.size() - kIpc.size();
    if (length == 0 || length >= sizeof(sockaddr_un::sun_path)) {
        return fail(ErrorCode::Usage,
                    "the path of '" + endpoint + "' is empty or longer than 107 bytes", kSpelling);
    }
    return endpoint;
}

tl::unexpected<Error> noEndpoint(const std::string& endpoint) {
    return fail(ErrorCode::Usage, "'" + endpoint + "' is not an endpoint", kSpelling);
}

} // namespace

Result<std::string> loopbackEndpoint(const std::string& endpoint) {
    if (endpoint.starts_with(kTcp)) {
        return loopbackTcp(endpoint);
    }
    return endpoint.starts_with(kIpc) ? ipcPath(endpoint) : noEndpoint(endpoint);
}

Result<std::string> anyEndpoint(const std::string& endpoint) {
    if (endpoint.starts_with(kTcp)) {
        return splitTcp(endpoint).and_then([&](const HostAndPort& split) -> Result<std::string> {
            const std::string& host = split.host == "localhost" ? "127.0.0.1" : split.host;
            if (host.empty()) {
                return noEndpoint(endpoint);
            }
            return std::string(kTcp) + host + ":" + split.port;
        });
    }
    return endpoint.starts_with(kIpc) ? ipcPath(endpoint) : noEndpoint(endpoint);
}

std::string reachableEndpoint(const std::string& bound) {
    for (const std::string_view everywhere : {"tcp://0.0.0.0:", "tcp://[::]:"}) {
        char name[256] = {};
        if (bound.starts_with(everywhere) && gethostname(name, sizeof name - 1) == 0) {
            return std::string(kTcp) + name + ":" + bound.substr(everywhere.size());
        }
    }
    return bound;
}

Result<void> checkNobodyListens(const std::string& endpoint) {
    if (!endpoint.starts_with(kIpc)) {
        return {}; // the system refuses a second tcp listener by itself
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(endpoint.begin() + kIpc.size(), endpoint.end(), address.sun_path);
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool answered = probe >= 0 && connect(probe, reinterpret_cast<const sockaddr*>(&address),
                                                sizeof address) == 0;
    if (probe >= 0) {
        close(probe);
    }
    if (answered) {
        return fail(ErrorCode::Busy, "somebody listens on " + endpoint + " already",
                    "choose another path, or stop the other recorder");
    }
    return {};
}

} // namespace rankscope::link
