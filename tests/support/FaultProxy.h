// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <deque>
#include <fcntl.h>
#include <memory>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace rankscope::test {

/// What may happen to a connection on its way.
enum class Fault {
    None,
    Delay,     ///< everything arrives late, see late()
    Reset,     ///< connections end with RST, new ones too
    BlackHole, ///< nothing arrives any more; connections stay open, new ones are accepted
    HalfClose, ///< the far end's side is closed: what it says does not arrive, what it hears does
    Drip,      ///< 20 bytes a second
};

/// A TCP connection with somebody bad-tempered in between: listens on a port of its own and passes
/// on to `to`, both on 127.0.0.1. Owns one thread; set() may be called from any.
class FaultProxy {
  public:
    using Clock = std::chrono::steady_clock;

    explicit FaultProxy(const std::string& to) : m_to(portOf(to)) {
        m_listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        sockaddr_in address = loopback(0);
        bind(m_listener, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        listen(m_listener, 64);
        socklen_t size = sizeof address;
        getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
        m_endpoint = "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        m_thread = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                turn();
            }
        });
    }
    ~FaultProxy() {
        m_thread.request_stop();
        m_thread.join();
        close(m_listener);
    }
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    [[nodiscard]] const std::string& endpoint() const { return m_endpoint; }
    void set(Fault fault) { m_fault = fault; }
    /// How late everything arrives with Fault::Delay, in each direction.
    void late(std::chrono::milliseconds by) { m_late = by; }
    /// Bytes a second in each direction; 0: as they come.
    void slow(std::size_t bytesPerSecond) { m_pace = bytesPerSecond; }

  private:
    struct Chunk {
        std::vector<char> bytes;
        Clock::time_point came;
    };
    /// One direction.
    struct Way {
        int from = -1, to = -1;
        std::deque<Chunk> queue;
        bool ended = false;
        double allowance = 0; ///< bytes that may go now, while they are counted
    };
    struct Connection {
        int near = -1, far = -1;
        Way out, back; ///< to the far end, and from it
        bool dead = false;
        ~Connection() {
            close(near);
            close(far);
        }
    };

    static std::uint16_t portOf(const std::string& endpoint) {
        return static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1)));
    }
    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        return address;
    }
    static void resetOnClose(int fd) {
        const linger hard{1, 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }

    void turn() {
        const Fault fault = m_fault;
        const auto now = Clock::now();
        const double seconds = std::chrono::duration<double>(now - m_turned).count();
        m_turned = now;
        acceptNew();
        for (const auto& connection : m_connections) {
            pass(*connection, fault, now, seconds);
        }
        std::erase_if(m_connections, [](const auto& one) { return one->dead; });
        pollfd idle{m_listener, POLLIN, 0};
        poll(&idle, 1, 2);
    }

    void acceptNew() {
        const int near = accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (near < 0) {
            return;
        }
        auto made = std::make_unique<Connection>();
        made->near = near;
        made->far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(m_to);
        // An accepted connection whose far end is dead stays open, as a tunnel's does.
        if (connect(made->far, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
            fcntl(made->far, F_SETFL, O_NONBLOCK);
            made->out.from = made->back.to = near;
            made->out.to = made->back.from = made->far;
        }
        m_connections.push_back(std::move(made));
    }

    void pass(Connection& connection, Fault fault, Clock::time_point now, double seconds) {
        if (fault == Fault::Reset) {
            resetOnClose(connection.near);
            resetOnClose(connection.far);
            connection.dead = true;
            return;
        }
        if (fault == Fault::HalfClose) {
            shutdown(connection.near, SHUT_WR);
        }
        for (Way* const way : {&connection.out, &connection.back}) {
            if (way->from >= 0) {
                carry(*way, fault, now, seconds);
                connection.dead = connection.dead || (way->ended && way->queue.empty());
            }
        }
    }

    void carry(Way& way, Fault fault, Clock::time_point now, double seconds) {
        if (fault == Fault::BlackHole) {
            return;
        }
        constexpr std::size_t kMostQueued = 256;
        char buffer[16384];
        while (way.queue.size() < kMostQueued && !way.ended) {
            const ssize_t got = recv(way.from, buffer, sizeof buffer, 0);
            if (got > 0) {
                way.queue.push_back({{buffer, buffer + got}, now});
                continue;
            }
            way.ended = got == 0 || (errno != EAGAIN && errno != EINTR);
            break;
        }
        const std::size_t pace = fault == Fault::Drip ? 20 : m_pace.load();
        way.allowance = pace == 0 ? 1e9 : std::min(way.allowance + seconds * double(pace), 65536.0);
        const auto late = fault == Fault::Delay ? m_late.load() : std::chrono::milliseconds(0);
        while (!way.queue.empty() && way.queue.front().came + late <= now && way.allowance >= 1) {
            Chunk& chunk = way.queue.front();
            const auto most = std::min(chunk.bytes.size(), static_cast<std::size_t>(way.allowance));
            const ssize_t sent = send(way.to, chunk.bytes.data(), most, MSG_NOSIGNAL);
            if (sent <= 0) {
                way.ended = way.ended || (errno != EAGAIN && errno != EINTR);
                if (way.ended) {
                    way.queue.clear();
                }
                return;
            }
            way.allowance -= double(sent);
            chunk.bytes.erase(chunk.bytes.begin(), chunk.bytes.begin() + sent);
            if (chunk.bytes.empty()) {
                way.queue.pop_front();
            }
        }
    }

    std::uint16_t m_to;
    int m_listener = -1;
    std::string m_endpoint;
    std::atomic<Fault> m_fault = Fault::None;
    std::atomic<std::chrono::milliseconds> m_late = std::chrono::milliseconds(300);
    std::atomic<std::size_t> m_pace = 0;
    std::vector<std::unique_ptr<Connection>> m_connections;
    Clock::time_point m_turned = Clock::now();
    std::jthread m_thread;
};

} // namespace rankscope::test
