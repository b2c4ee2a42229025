// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Sender.h"

#include "emitter/src/Delivery.h"
#include "transport/link/SignalsBlocked.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace rankscope::emitter {

namespace {

using namespace std::chrono_literals;

constexpr int kBusyMs = 1, kIdleMs = 10;
constexpr auto kGrace = 100ms; // for a thread that was told to end

} // namespace

struct Sender::Shared {
    Shared(std::shared_ptr<Channel> ring, std::unique_ptr<link::Dealer> socket,
           const wire::Hello& hello)
        : channel(std::move(ring)),
          dealer(std::move(socket)),
          delivery(*channel, *dealer, hello) {}

    std::shared_ptr<Channel> channel;
    std::unique_ptr<link::Dealer> dealer;
    Delivery delivery;

    std::mutex mutex;
    std::condition_variable changed;
    bool stopping = false, ended = false; ///< under the mutex, like:
    Clock::time_point deadline;

    /// Whether stop() was called, and until when delivering may take.
    bool isStopping(Clock::time_point& until) {
        const std::scoped_lock lock(mutex);
        until = deadline;
        return stopping;
    }

    /// One round. True when the thread may end.
    bool round(int& pauseMs) {
        const Clock::time_point now = Clock::now();
        Clock::time_point until;
        const bool moved = delivery.turn(now);
        if (isStopping(until)) {
            if (delivery.finished()) {
                return true;
            }
            if (now >= until) {
                delivery.leave();
                return true;
            }
            pauseMs = kBusyMs;
        } else {
            pauseMs = moved ? kBusyMs : std::min(pauseMs + 1, kIdleMs);
        }
        return false;
    }

    void run() noexcept {
        int pauseMs = kBusyMs;
        for (;;) {
            try {
                if (round(pauseMs)) {
                    break;
                }
            } catch (const std::exception&) {
                pauseMs = kIdleMs; // out of memory: what was to be sent is still in the ring
            }
            dealer->wait(pauseMs);
        }
        dealer.reset();
        const std::scoped_lock lock(mutex);
        ended = true;
        changed.notify_all();
    }
};

Sender::Sender(std::shared_ptr<Shared> shared) : m_shared(std::move(shared)) {}

Result<Sender> Sender::start(std::shared_ptr<Channel> channel, std::unique_ptr<link::Dealer> dealer,
                             const wire::Hello& hello) {
    auto shared = std::make_shared<Shared>(std::move(channel), std::move(dealer), hello);
    const link::SignalsBlocked blocked;
    try {
        std::thread([shared] {
            pthread_setname_np(pthread_self(), "rankscope");
            shared->run();
        }).detach();
    } catch (const std::system_error& error) {
        return fail(ErrorCode::Io, std::string("no thread for the sender: ") + error.what(),
                    "raise the limit on processes (ulimit -u)");
    }
    return Sender(std::move(shared));
}

void Sender::beginStop(std::chrono::milliseconds patience) noexcept {
    const std::scoped_lock lock(m_shared->mutex);
    if (!m_shared->stopping) {
        m_shared->deadline = Clock::now() + patience;
        m_shared->stopping = true;
    }
}

void Sender::stop(std::chrono::milliseconds patience) noexcept {
    beginStop(patience);
    std::unique_lock lock(m_shared->mutex);
    m_shared->changed.wait_until(lock, m_shared->deadline + kGrace,
                                 [this] { return m_shared->ended; });
}

} // namespace rankscope::emitter
