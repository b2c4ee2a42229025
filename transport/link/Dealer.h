// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rankscope::link {

/// Sending end of the ranks' link: one DEALER socket with the options of the reliability rules
/// (bounded queues, no linger, heartbeats, jittered reconnect). Uses ZeroMQ's C API: nothing in
/// here throws. One thread owns a Dealer; nothing blocks except wait().
class Dealer {
  public:
    [[nodiscard]] static Result<std::unique_ptr<Dealer>> connect(const std::string& endpoint);
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

    /// Counts connections made so far; a change means that hello must be said again.
    [[nodiscard]] std::uint64_t connections() noexcept;

  private:
    struct Impl;
    explicit Dealer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace rankscope::link
