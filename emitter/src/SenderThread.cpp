// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/SenderThread.h"

#include "emitter/src/SendLoop.h"
#include "transport/link/SignalsBlocked.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>

namespace rankscope::emitter {

namespace {

using namespace std::chrono_literals;

/// One rank's. A link of a chain, so that the thread never needs memory.
struct Work {
    Work(std::shared_ptr<Channel> shared, std::unique_ptr<link::Dealer> socket,
         const wire::Hello& hello)
        : channel(std::move(shared)),
          dealer(std::move(socket)),
          loop(*channel, *dealer, hello, {}) {}

    std::shared_ptr<Channel> channel;
    std::unique_ptr<link::Dealer> dealer;
    SendLoop loop;
    Clock::time_point due{};
    Work* next = nullptr;
};

void end(std::unique_ptr<Work> work) noexcept {
    const std::shared_ptr<Channel> channel = work->channel;
    work.reset(); // closes the socket
    channel->sayEnded();
}

// So that looking after thousands who have nothing to send takes a few hundredths of a core.
constexpr auto kPerRank = 100us;

/// The thread, and the way in to it.
class Crew {
  public:
    Result<void> take(std::unique_ptr<Work> work) {
        const std::scoped_lock one(m_opening);
        Work* head = m_inbox.load(std::memory_order_acquire);
        for (;;) {
            const bool resting = head == m_rest;
            work->next = resting ? nullptr : head;
            if (!m_inbox.compare_exchange_weak(head, work.get(), std::memory_order_acq_rel)) {
                continue;
            }
            if (resting && !start()) {
                m_inbox.store(m_rest, std::memory_order_release);
                return fail(ErrorCode::Io, "no thread for the sender",
                            "raise the limit on processes (ulimit -u)");
            }
            static_cast<void>(work.release());
            return {};
        }
    }

    const pid_t owner = getpid();

  private:
    bool start() noexcept {
        const link::SignalsBlocked blocked;
        try {
            std::thread([this] {
                pthread_setname_np(pthread_self(), "rankscope");
                run();
            }).detach();
        } catch (const std::system_error&) {
            return false;
        }
        return true;
    }

    void run() noexcept {
        Work* all = nullptr;
        for (;;) {
            for (Work* fresh = m_inbox.exchange(nullptr, std::memory_order_acq_rel);
                 fresh != nullptr;) {
                Work* const next = fresh->next;
                fresh->next = all;
                all = fresh;
                fresh = next;
            }
            const Clock::time_point due = turnAll(all);
            if (all == nullptr) {
                Work* empty = nullptr;
                if (m_inbox.compare_exchange_strong(empty, m_rest, std::memory_order_acq_rel)) {
                    return;
                }
            } else if (all->next == nullptr) {
                all->dealer->wait(all->loop.pauseMs());
            } else {
                std::this_thread::sleep_until(due);
            }
        }
    }

    /// A turn for each that is due. Returns when the next one is, not before a millisecond.
    static Clock::time_point turnAll(Work*& all) noexcept {
        const Clock::time_point now = Clock::now();
        const bool alone = all != nullptr && all->next == nullptr;
        std::chrono::microseconds least = 0us;
        for (const Work* work = all; work != nullptr; work = work->next) {
            least += kPerRank;
        }
        Clock::time_point next = now + std::max<Clock::duration>(least, 10ms);
        for (Work** link = &all; *link != nullptr;) {
            Work& work = **link;
            if (!alone && now < work.due) {
                next = std::min(next, work.due);
                link = &work.next;
            } else if (work.loop.turn(false)) {
                work.due = now + std::max<Clock::duration>(
                                     least, std::chrono::milliseconds(work.loop.pauseMs()));
                next = std::min(next, work.due);
                link = &work.next;
            } else {
                *link = work.next;
                end(std::unique_ptr<Work>(&work));
            }
        }
        return std::max(next, now + 1ms);
    }

    /// Never looked into: says that there is no thread.
    Work* const m_rest = reinterpret_cast<Work*>(this);
    std::mutex m_opening;
    std::atomic<Work*> m_inbox{m_rest};
};

/// Never destroyed: nothing of ours runs when a rank exits. A child of fork() makes its own.
Crew& crew() {
    static std::atomic<Crew*> s_crew{nullptr};
    Crew* known = s_crew.load();
    while (known == nullptr || known->owner != getpid()) {
        auto fresh = std::make_unique<Crew>();
        if (s_crew.compare_exchange_strong(known, fresh.get())) {
            return *fresh.release();
        }
    }
    return *known;
}

} // namespace

Result<void> startSenderThread(const std::shared_ptr<Channel>& channel, const Letter& letter) {
    auto dealer = link::Dealer::connect(letter.destination, link::Port::Ranks, letter.hello.world);
    if (!dealer) {
        return tl::unexpected(dealer.error());
    }
    return crew().take(std::make_unique<Work>(channel, std::move(*dealer), letter.hello));
}

} // namespace rankscope::emitter
