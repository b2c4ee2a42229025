// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/Destination.h"
#include "transport/wire/Result.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rankscope::link {

/// Connecting end of a link, the ranks' or the viewers': one DEALER socket with the options of the
/// reliability rules (bounded queues, no linger, heartbeats, jittered reconnect). Uses ZeroMQ's C
/// API: nothing in here throws, but for memory running out. One thread owns a Dealer; nothing
/// blocks except wait(). A child of fork() may destroy the Dealers it inherited, and make its own,
/// but not use them.
///
/// The order that loses nothing, on every connection of a rank:
///   1. wait until connections() has changed: a collector is there and asks for a hello;
///   2. send the Hello, and nothing else before its Welcome has come;
///   3. send everything from Welcome::committed + 1 on, declaring as a Gap what is no longer held;
///   4. a Bye is answered once it is stored, with an Ack that says so: nothing is left to wait for.
/// The collector drops (and asks again for a hello) what comes from a connection that has not said
/// hello; a hole on one that has is a loss that nobody declared.
class Dealer {
  public:
    /// Makes the socket; the connection itself comes about in the background, as often as needed.
    /// Errors: Usage (not an endpoint), Io (too few file descriptors or threads left), and those of
    /// readDestination().
    [[nodiscard]] static Result<std::unique_ptr<Dealer>> connect(const std::string& endpointOrFile,
                                                                 Port port = Port::Ranks);
    [[nodiscard]] static Result<std::unique_ptr<Dealer>> connect(const Connection& connection,
                                                                 Port port = Port::Ranks);
    /// `callers`: how many there are, about, and may all call in the same instant. Patience with
    /// the collector's first answer, and the jitter of reconnects, grow with them.
    [[nodiscard]] static Result<std::unique_ptr<Dealer>>
    connect(const Destination& destination, Port port = Port::Ranks, std::uint32_t callers = 1);
    Dealer(const Dealer&) = delete;
    Dealer& operator=(const Dealer&) = delete;
    ~Dealer();

    enum class Sent { Yes, WouldBlock, Failed };
    /// Queues one message; WouldBlock when nobody is connected or the queue is full.
    [[nodiscard]] Sent send(std::span<const std::byte> message) noexcept;

    /// Takes one message from the collector if there is one; returns false if not.
    [[nodiscard]] bool receive(std::vector<std::byte>& message) noexcept;

    /// Sleeps until something can be received or `milliseconds` passed.
    void wait(int milliseconds) noexcept;

    /// Counts how often a collector asked for a hello; a change means that hello must be said
    /// (again). A bare TCP connection doesn't count: a tunnel accepts although its far end is dead.
    [[nodiscard]] std::uint64_t connections() noexcept;

  private:
    struct Impl;
    explicit Dealer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::link
