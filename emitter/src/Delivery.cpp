// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Delivery.h"

#include "transport/wire/Codec.h"

#include <algorithm>
#include <variant>

namespace rankscope::emitter {

namespace {

using namespace std::chrono_literals;

// Without any ack for this long while some are due, hello is said again: the Welcome tells what is
// stored, and everything behind it is sent again. Forty times the collector's usual commit
// interval, so a healthy one never sees it; doubled each time, so that one whose disk is full does
// not get the whole ring over and over.
constexpr auto kPatience = 2000ms;
constexpr auto kLongestPatience = 30000ms;
// For the bye, once every record is known to be stored: without it the rank counts as silent after
// a while, which is no loss.
constexpr auto kByePatience = 1000ms;
constexpr int kRecordsPerTurn = 256; // then look for acks

} // namespace

Delivery::Delivery(Channel& channel, link::Dealer& dealer, const wire::Hello& hello)
    : m_channel(channel),
      m_dealer(dealer),
      m_hello(wire::encode(hello)),
      m_now(Clock::now()),
      m_progressAt(m_now),
      m_patience(kPatience) {}

bool Delivery::turn(Clock::time_point now) {
    m_now = now;
    receive();
    if (const std::uint64_t asked = m_dealer.connections(); asked != m_asked) {
        m_asked = asked;
        m_state = State::Greeting;
    } else if (stalled()) {
        m_patience = std::min<std::chrono::milliseconds>(2 * m_patience, kLongestPatience);
        m_state = State::Greeting;
    }
    if (m_state == State::Greeting) {
        return greet();
    }
    return m_state == State::Welcome && sendRecords();
}

bool Delivery::stalled() const noexcept {
    const bool waiting = m_state == State::Greeted ||
                         (m_state == State::Welcome &&
                          (m_channel.acknowledged.load(std::memory_order_relaxed) + 1 < m_next ||
                           m_byeSent != m_byeAcknowledged));
    return waiting && m_now - m_progressAt > m_patience;
}

void Delivery::receive() {
    while (m_dealer.receive(m_received)) {
        const auto message = wire::decode(m_received);
        if (!message) {
            continue; // not from a collector of ours: nothing depends on it
        }
        if (const auto* welcome = std::get_if<wire::Welcome>(&*message)) {
            take(*welcome);
        } else if (const auto* ack = std::get_if<wire::Ack>(&*message)) {
            take(*ack);
        }
    }
}

void Delivery::take(const wire::Welcome& welcome) {
    if (welcome.incarnation != m_channel.incarnation) {
        return;
    }
    if (!welcome.accepted) { // asks again by itself when that may have changed
        m_state = State::Refused;
        return;
    }
    acknowledge(welcome.committed);
    m_channel.ring.rewind();
    m_next = m_channel.acknowledged.load(std::memory_order_relaxed) + 1;
    m_byeSent = m_byeAcknowledged = false;
    m_state = State::Welcome;
    m_progressAt = m_now;
    m_channel.connected.store(1, std::memory_order_release);
}

void Delivery::take(const wire::Ack& ack) {
    if (ack.incarnation != m_channel.incarnation || m_state != State::Welcome) {
        return;
    }
    acknowledge(ack.committed);
    m_byeAcknowledged = m_byeSent && ack.left;
}

void Delivery::acknowledge(Seq committed) {
    // Not beyond what exists: a collector that says so is not to be believed.
    const Seq known = std::min(committed, last());
    if (known.value() <= m_channel.acknowledged.load(std::memory_order_relaxed)) {
        return;
    }
    m_channel.ring.acknowledge(known);
    m_channel.acknowledged.store(known.value(), std::memory_order_release);
    m_next = std::max(m_next, known.value() + 1);
    m_progressAt = m_now;
    m_patience = kPatience;
}

bool Delivery::greet() {
    if (m_dealer.send(m_hello) != link::Dealer::Sent::Yes) {
        return false;
    }
    m_state = State::Greeted;
    m_progressAt = m_now;
    return true;
}

bool Delivery::sendRecords() {
    const bool idle = m_channel.acknowledged.load(std::memory_order_relaxed) + 1 == m_next;
    int sent = 0;
    while (sent < kRecordsPerTurn) {
        const auto record = m_channel.ring.next();
        if (!record) {
            break;
        }
        if (record->seq.value() >= m_next) {
            if (!declareLost(Seq{record->seq.value() - 1}) ||
                m_dealer.send(record->bytes) != link::Dealer::Sent::Yes) {
                break;
            }
            m_next = record->seq.value() + 1;
            ++sent;
        }
        m_channel.ring.advance();
    }
    if (idle && sent > 0) {
        m_progressAt = m_now; // acks are due from now on
    }
    return sent > 0;
}

bool Delivery::declareLost(Seq upTo) {
    if (upTo.value() < m_next) {
        return true;
    }
    const wire::Gap gap{m_channel.incarnation, m_channel.rank, Seq{m_next}, upTo,
                        wire::GapCause::RingFull};
    if (m_dealer.send(wire::encode(gap)) != link::Dealer::Sent::Yes) {
        return false;
    }
    m_next = upTo.value() + 1;
    return true;
}

bool Delivery::allSent() noexcept {
    return m_state == State::Welcome && !m_channel.ring.next().has_value();
}

/// Of the records that exist. The ring is asked too: a rank may be killed between the two.
Seq Delivery::last() const noexcept {
    return Seq{std::max(m_channel.lastSeq.load(std::memory_order_acquire), m_next - 1)};
}

bool Delivery::sayBye() {
    const Seq last = this->last();
    if (m_byeSent || !declareLost(last)) {
        return m_byeSent;
    }
    const wire::Bye bye{m_channel.incarnation, m_channel.rank, last};
    m_byeSent = m_dealer.send(wire::encode(bye)) == link::Dealer::Sent::Yes;
    m_progressAt = m_now;
    return m_byeSent;
}

bool Delivery::nobodyThere() const noexcept {
    return m_channel.connected.load(std::memory_order_relaxed) == 0 || m_state == State::Refused;
}

bool Delivery::delivered() {
    if (nobodyThere()) {
        return true;
    }
    const bool sent = allSent();
    if (m_channel.acknowledged.load(std::memory_order_relaxed) >= last().value()) {
        return sent || m_state != State::Welcome;
    }
    if (sent) {
        declareLost(last()); // what was dropped behind the last record of the ring
    }
    return false;
}

bool Delivery::finished() {
    if (!delivered()) {
        return false;
    }
    if (nobodyThere()) {
        return true;
    }
    if (!m_completeSince) {
        m_completeSince = m_now;
    }
    if (m_now - *m_completeSince > kByePatience) {
        return true;
    }
    // Its ack is waited for: a socket drops what it has not sent yet when it is closed.
    return m_state == State::Welcome && sayBye() && m_byeAcknowledged;
}

void Delivery::leave() {
    if (allSent()) {
        sayBye();
    }
}

} // namespace rankscope::emitter
