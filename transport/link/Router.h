// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/Curve.h"
#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace rankscope::link {

/// The end that others connect to, ranks or viewers: a ROUTER socket, in a ZeroMQ context of its
/// own. One thread owns it after bind().
class Router {
  public:
    struct Bounds {
        /// Twice what is taken, so that a message that is somewhat too large can be refused and
        /// counted; beyond that ZeroMQ itself hangs up before it takes the memory.
        std::size_t messageBytes = 2 * wire::limits::kMessageBytes;
        int unsentMessages = 64; ///< to a peer that doesn't read
    };
    /// Without a guard only this machine can reach the endpoint. Errors: as Collector::bind().
    [[nodiscard]] static Result<std::unique_ptr<Router>>
    bind(const std::string& endpoint, const std::optional<Guard>& guard, const Bounds& bounds);
    [[nodiscard]] static Result<std::unique_ptr<Router>>
    bind(const std::string& endpoint, const std::optional<Guard>& guard = std::nullopt) {
        return bind(endpoint, guard, Bounds());
    }
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;
    ~Router();

    /// Gives what was sent a moment to get out. Only endpoint() may be called afterwards.
    void close() noexcept;

    [[nodiscard]] const std::string& endpoint() const;

    /// Connections without the right key that were turned away. Any thread.
    [[nodiscard]] std::uint64_t turnedAway() const;

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
    struct Impl;
    explicit Router(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::link
