// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/src/Channel.h"
#include "transport/link/Dealer.h"
#include "transport/wire/Messages.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace rankscope::emitter {

/// The rank's side of the protocol: hello, then every record of the ring in order, holes in the
/// sequence declared as gaps, until each is acknowledged. Owned by the sender's thread; nothing
/// blocks. Throws only when memory runs out; calling again is safe.
class Delivery {
  public:
    Delivery(Channel& channel, link::Dealer& dealer, const wire::Hello& hello);

    /// Receives, then sends what can be sent now. Returns whether anything moved.
    bool turn(Clock::time_point now);

    /// Once the rank makes no more records: true when every one of them is stored or declared lost,
    /// or there is nobody to take them.
    [[nodiscard]] bool delivered();

    /// The same, and bye is said: true when nothing is left to be done or waited for.
    [[nodiscard]] bool finished();

    /// The last word when patience has run out: says bye if everything was at least sent.
    void leave();

  private:
    enum class State {
        Quiet,    ///< no collector has asked for a hello yet
        Refused,  ///< the last one doesn't want this rank
        Greeting, ///< a hello must be said
        Greeted,  ///< hello was said, no welcome yet
        Welcome,  ///< records may go
    };

    void receive();
    void take(const wire::Welcome& welcome);
    void take(const wire::Ack& ack);
    void acknowledge(Seq committed);
    bool greet();
    bool sendRecords();
    bool declareLost(Seq upTo);
    bool sayBye();
    [[nodiscard]] bool stalled() const noexcept;
    [[nodiscard]] bool allSent() noexcept;
    [[nodiscard]] bool nobodyThere() const noexcept;
    [[nodiscard]] Seq last() const noexcept;

    Channel& m_channel;
    link::Dealer& m_dealer;
    const std::vector<std::byte> m_hello;
    std::vector<std::byte> m_received;

    State m_state = State::Quiet;
    std::uint64_t m_asked = 0; ///< of Dealer::connections(), answered with a hello
    std::uint64_t m_next = 1;  ///< seq that the collector must hear of next
    bool m_byeSent = false, m_byeAcknowledged = false;
    Clock::time_point m_now, m_progressAt;
    std::chrono::milliseconds m_patience;
    std::optional<Clock::time_point> m_completeSince; ///< closing, and every record is stored
};

} // namespace rankscope::emitter
