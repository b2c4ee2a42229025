// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/Dealer.h"
#include "transport/wire/Codec.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace rankscope::test {

/// A rank that follows the protocol to the letter, driven by pump(): hello when asked, nothing
/// before the welcome, then everything that is not acknowledged yet. Its memory is unbounded.
class Rank {
  public:
    Rank(const std::string& endpoint, wire::Hello hello) : m_hello(std::move(hello)) {
        auto made = link::Dealer::connect(endpoint);
        if (made) {
            m_dealer = std::move(*made);
        }
    }

    static wire::Hello hello(std::uint64_t incarnation, std::uint32_t rank, std::uint32_t world,
                             std::string run = {}) {
        wire::Hello made;
        made.incarnation = IncarnationId{incarnation};
        made.rank = RankId{rank};
        made.world = world;
        made.run = std::move(run);
        made.host = "host";
        return made;
    }

    /// Makes the next record; it is sent by pump().
    void step() {
        wire::StepRecord record;
        record.incarnation = m_hello.incarnation;
        record.rank = m_hello.rank;
        record.seq = Seq{++m_last};
        record.step = Step{m_last - 1};
        record.timeNs = static_cast<std::uint64_t>(
            std::chrono::nanoseconds(std::chrono::steady_clock::now() - m_started).count());
        record.loss = 1.0 / static_cast<double>(m_last);
        record.gradSq = static_cast<double>(m_last);
        m_kept.push_back({m_last, wire::encode(record)});
    }
    /// Uses up `count` sequence numbers and declares them lost.
    void lose(std::uint64_t count) {
        const wire::Gap gap{m_hello.incarnation, m_hello.rank, Seq{m_last + 1}, Seq{m_last + count},
                            wire::GapCause::RingFull};
        m_last += count;
        m_kept.push_back({m_last, wire::encode(gap)});
    }
    /// Uses up sequence numbers and says nothing: against the protocol.
    void swallow(std::uint64_t count) { m_last += count; }
    void leave() { m_leaving = true; }

    /// Sends what can be sent and takes what has come; waits at most `milliseconds` when there
    /// is nothing to do.
    void pump(int milliseconds = 0) {
        if (const auto asked = m_dealer->connections(); asked != m_asked) {
            m_asked = asked;
            m_welcomed = false;
            static_cast<void>(m_dealer->send(wire::encode(m_hello)));
        }
        bool idle = !takeAnswers();
        idle = !sendNext() && idle;
        if (idle && milliseconds > 0) {
            m_dealer->wait(milliseconds);
        }
    }

    [[nodiscard]] std::uint64_t last() const { return m_last; }
    [[nodiscard]] std::uint64_t committed() const { return m_committed; }
    [[nodiscard]] bool allCommitted() const { return m_committed >= m_last; }
    /// Everything is committed, and the bye has been answered.
    [[nodiscard]] bool gone() const { return m_byeAcked && allCommitted(); }
    [[nodiscard]] bool welcomed() const { return m_welcomed; }
    [[nodiscard]] std::uint64_t welcomes() const { return m_welcomes; }
    [[nodiscard]] const std::string& refusal() const { return m_refusal; }
    [[nodiscard]] const std::string& run() const { return m_run; }
    [[nodiscard]] IncarnationId incarnation() const { return m_hello.incarnation; }
    link::Dealer& dealer() { return *m_dealer; }

  private:
    struct Kept {
        std::uint64_t last;
        std::vector<std::byte> bytes;
    };

    bool takeAnswers() {
        bool any = false;
        while (m_dealer->receive(m_buffer)) {
            any = true;
            const auto message = wire::decode(m_buffer);
            if (!message) {
                continue;
            }
            if (const auto* welcome = std::get_if<wire::Welcome>(&*message)) {
                m_refusal = welcome->reason;
                if (welcome->accepted) {
                    m_welcomed = true;
                    ++m_welcomes;
                    m_run = welcome->run;
                    forget(welcome->committed.value());
                    m_next = 0;
                    m_byeSent = false;
                }
            } else if (const auto* ack = std::get_if<wire::Ack>(&*message)) {
                forget(ack->committed.value());
                m_byeAcked = m_byeAcked || ack->left;
            }
        }
        return any;
    }

    void forget(std::uint64_t committed) {
        m_committed = std::max(m_committed, committed);
        while (!m_kept.empty() && m_kept.front().last <= committed) {
            m_kept.pop_front();
            m_next -= m_next > 0 ? 1 : 0;
        }
    }

    bool sendNext() {
        bool any = false;
        while (m_welcomed && m_next < m_kept.size() &&
               m_dealer->send(m_kept[m_next].bytes) == link::Dealer::Sent::Yes) {
            ++m_next;
            any = true;
        }
        if (m_welcomed && m_leaving && !m_byeSent && allCommitted()) {
            const wire::Bye bye{m_hello.incarnation, m_hello.rank, Seq{m_last}};
            m_byeSent = m_dealer->send(wire::encode(bye)) == link::Dealer::Sent::Yes;
            any = any || m_byeSent;
        }
        return any;
    }

    wire::Hello m_hello;
    std::chrono::steady_clock::time_point m_started = std::chrono::steady_clock::now();
    std::unique_ptr<link::Dealer> m_dealer;
    std::deque<Kept> m_kept; ///< not yet known to be committed
    std::size_t m_next = 0;  ///< first of m_kept that is not sent over this connection
    std::uint64_t m_last = 0, m_committed = 0, m_asked = 0, m_welcomes = 0;
    bool m_welcomed = false, m_leaving = false, m_byeSent = false, m_byeAcked = false;
    std::string m_refusal, m_run;
    std::vector<std::byte> m_buffer;
};

/// Drives the ranks until the condition holds; false when it didn't within 20 s.
template <class Condition>
bool pumpUntil(std::initializer_list<Rank*> ranks, Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
        for (Rank* const rank : ranks) {
            rank->pump(1);
        }
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
    }
    return true;
}

} // namespace rankscope::test
