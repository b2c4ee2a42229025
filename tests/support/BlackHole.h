// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace rankscope::test {

/// A port of this machine where the system lets everybody connect, and nobody ever says a word.
class BlackHole {
  public:
    BlackHole() : m_listener(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const name = reinterpret_cast<sockaddr*>(&address);
        if (bind(m_listener, name, size) == 0 && listen(m_listener, 8) == 0 &&
            getsockname(m_listener, name, &size) == 0) {
            m_endpoint = "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        }
    }
    ~BlackHole() { close(m_listener); }
    BlackHole(const BlackHole&) = delete;
    BlackHole& operator=(const BlackHole&) = delete;

    /// Empty when there is none.
    [[nodiscard]] const std::string& endpoint() const { return m_endpoint; }

  private:
    int m_listener;
    std::string m_endpoint;
};

} // namespace rankscope::test
