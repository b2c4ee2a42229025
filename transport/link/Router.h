// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/ZapHandler.h"
#include "transport/link/Zmq.h"
#include "transport/wire/Result.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace rankscope::link {

/// Private to this folder: the collector's ROUTER socket. One thread owns it after bind().
class Router {
  public:
    /// Without a guard only this machine can reach the endpoint. Errors: as Collector::bind().
    [[nodiscard]] static Result<std::unique_ptr<Router>>
    bind(const std::string& endpoint, const std::optional<Guard>& guard = std::nullopt);
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;
    ~Router() { close(); }

    /// Gives what was sent a moment to get out. Only endpoint() may be called afterwards.
    void close() noexcept;

    [[nodiscard]] const std::string& endpoint() const { return m_endpoint; }

    /// Connections without the right key that were turned away. Any thread.
    [[nodiscard]] std::uint64_t turnedAway() const { return m_zap ? m_zap->refused() : 0; }

    struct Incoming {
        std::string route;                  ///< names the connection: every reconnect has a new one
        std::span<const std::byte> payload; ///< valid until the next receive()
        bool single = true;                 ///< false: it came in several parts (payload: the last)
    };
    /// Takes the next message if there is one; never blocks.
    [[nodiscard]] bool receive(Incoming& incoming) noexcept;

    enum class Sent { Yes, Full, Gone };
    /// Never blocks: a peer that doesn't read is Full, one that is no longer connected is Gone.
    Sent send(const std::string& route, std::span<const std::byte> message) noexcept;

    /// Sleeps until `wakeFd` is readable or, when `orMessage`, a message is there.
    void wait(std::chrono::milliseconds longest, int wakeFd, bool orMessage) noexcept;

  private:
    explicit Router(void* context);

    void* m_context;                   ///< null once closed
    std::unique_ptr<ZapHandler> m_zap; ///< null without a guard
    Socket m_socket;
    std::string m_endpoint;
    zmq_msg_t m_message{};
};

} // namespace rankscope::link
