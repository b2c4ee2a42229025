// SPDX-License-Identifier: Apache-2.0
#include "app/engine/record/Summariser.h"

#include "app/engine/record/BlockSummariser.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <sys/resource.h>
#include <thread>
#include <utility>

namespace rankscope::engine {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPoll{250};
constexpr milliseconds kRetry{1000};
constexpr std::size_t kAtOnce = 8192; // events
constexpr int kNiceness = 10;

} // namespace

struct Summariser::Impl {
    Impl(std::filesystem::path path, Offer receiver)
        : file(std::move(path)),
          offer(std::move(receiver)),
          thread([this](const std::stop_token& stop) { work(stop); }) {}

    void work(const std::stop_token& stop);
    [[nodiscard]] Result<bool> advance(); ///< whether there is more to do at once
    [[nodiscard]] Result<void> open();
    void wait(const std::stop_token& stop, milliseconds time);

    std::filesystem::path file;
    Offer offer;
    std::unique_ptr<RunReader> reader;
    std::unique_ptr<BlockSummariser> summariser;
    std::vector<session::Derived> rows; ///< that were not taken yet

    std::mutex mutex;
    std::condition_variable_any changed;
    bool finishing = false; ///< the next time that there is nothing to do is the end
    bool done = false;

    std::jthread thread; ///< last: it stops before anything else goes
};

Result<void> Summariser::Impl::open() {
    return RunReader::open(file).and_then([this](auto&& opened) {
        reader = std::forward<decltype(opened)>(opened);
        summariser = std::make_unique<BlockSummariser>(*reader);
        return summariser->resume().map_error([this](const Error& error) {
            summariser.reset();
            return error;
        });
    });
}

Result<bool> Summariser::Impl::advance() {
    if (!summariser) {
        if (auto opened = open(); !opened) {
            return tl::unexpected(opened.error());
        }
    }
    if (!rows.empty() && !offer(rows)) {
        return false; // what comes further waits in the file
    }
    const auto more = reader->read(kAtOnce);
    rows = summariser->work();
    if (!rows.empty() && !offer(rows)) {
        return false;
    }
    return more.map([this](bool any) { return any || summariser->isBehind(); });
}

void Summariser::Impl::work(const std::stop_token& stop) {
    setpriority(PRIO_PROCESS, 0, kNiceness); // of this thread alone, on Linux
    while (!stop.stop_requested()) {
        const Result<bool> more = advance();
        if (more && *more) {
            continue;
        }
        {
            const std::lock_guard lock(mutex);
            if (finishing && more) {
                break;
            }
        }
        wait(stop, more ? kPoll : kRetry);
    }
    const std::lock_guard lock(mutex);
    done = true;
    changed.notify_all();
}

void Summariser::Impl::wait(const std::stop_token& stop, milliseconds time) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, stop, time, [this] { return finishing; });
}

Summariser::Summariser(std::filesystem::path file, Offer offer)
    : m_impl(std::make_unique<Impl>(std::move(file), std::move(offer))) {}
Summariser::~Summariser() = default;

void Summariser::finish(milliseconds limit) {
    std::unique_lock lock(m_impl->mutex);
    m_impl->finishing = true;
    m_impl->changed.notify_all();
    m_impl->changed.wait_for(lock, limit, [this] { return m_impl->done; });
    lock.unlock();
    m_impl->thread.request_stop();
    m_impl->thread.join();
}

} // namespace rankscope::engine
