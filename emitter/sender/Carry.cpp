// SPDX-License-Identifier: Apache-2.0
#include "emitter/sender/Carry.h"

#include "emitter/src/SendLoop.h"

#include <poll.h>
#include <unistd.h>

namespace rankscope::sender {

namespace {

using namespace std::chrono_literals;
using emitter::Clock;

constexpr auto kLinger = 4000ms;
constexpr auto kLook = 100ms; // at rank and guardian
constexpr int kTryAgainMs = 1000;

/// What happens outside, looked at now and then.
class Surroundings {
  public:
    Surroundings(const Rank& rank, pid_t guardian) noexcept : m_rank(rank), m_guardian(guardian) {}

    void look() {
        if (const auto now = Clock::now(); now >= m_next) {
            m_next = now + kLook;
            rankDied = rankDied || m_rank.isGone();
            deserted = m_guardian != 0 && getppid() != m_guardian;
        }
    }
    bool rankDied = false, deserted = false;

  private:
    const Rank& m_rank;
    const pid_t m_guardian;
    Clock::time_point m_next{};
};

/// Waits for descriptors or threads, should they be scarce. None when the rank leaves first.
std::unique_ptr<link::Dealer> connect(const emitter::Channel& channel,
                                      const emitter::Letter& letter, Surroundings& around) {
    for (;;) {
        auto dealer =
            link::Dealer::connect(letter.destination, link::Port::Ranks, letter.hello.world);
        if (dealer) {
            return std::move(*dealer);
        }
        around.look();
        if (around.rankDied || channel.endBy() || dealer.error().code == ErrorCode::Usage) {
            return nullptr;
        }
        poll(nullptr, 0, kTryAgainMs);
    }
}

} // namespace

Outcome carry(emitter::Channel& channel, const emitter::Letter& letter, const Rank& rank,
              pid_t guardian) {
    Surroundings around(rank, guardian);
    const auto dealer = connect(channel, letter, around);
    if (dealer != nullptr) {
        emitter::SendLoop loop(channel, *dealer, letter.hello, kLinger);
        for (around.look(); loop.turn(around.rankDied); around.look()) {
            if (around.deserted) {
                return Outcome::Deserted;
            }
            dealer->wait(loop.pauseMs());
        }
    }
    channel.sayEnded();
    return Outcome::Done;
}

} // namespace rankscope::sender
