// SPDX-License-Identifier: Apache-2.0
#include "transport/link/HeadRoom.h"

#include "transport/link/Zmq.h"

#include <fcntl.h>
#include <mutex>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace rankscope::link {

namespace {

Result<void> checkDescriptors(int count) {
    std::vector<int> held;
    held.reserve(static_cast<std::size_t>(count));
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (next >= 0) {
        held.push_back(next);
        if (static_cast<int>(held.size()) == count) {
            break;
        }
        next = fcntl(held.front(), F_DUPFD_CLOEXEC, 0);
    }
    for (const int fd : held) {
        close(fd);
    }
    if (next < 0) {
        return fail(ErrorCode::Io,
                    "fewer than " + std::to_string(count) + " file descriptors are left",
                    "raise the limit (ulimit -n)");
    }
    return {};
}

void* waitForGate(void* gate) {
    const std::scoped_lock wait(*static_cast<std::mutex*>(gate));
    return nullptr;
}

Result<void> checkThreads(int count) {
    const SignalsBlocked blocked;
    std::mutex gate; // held until all are there: they must exist at the same time
    std::vector<pthread_t> started;
    started.reserve(static_cast<std::size_t>(count));
    {
        const std::scoped_lock hold(gate);
        pthread_t thread = 0;
        while (static_cast<int>(started.size()) < count &&
               pthread_create(&thread, nullptr, waitForGate, &gate) == 0) {
            started.push_back(thread);
        }
    }
    for (const pthread_t thread : started) {
        pthread_join(thread, nullptr);
    }
    if (static_cast<int>(started.size()) < count) {
        return fail(ErrorCode::Io, "no more threads can be started", "raise the limit (ulimit -u)");
    }
    return {};
}

} // namespace

void raiseDescriptorLimit() noexcept {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

Result<void> checkHeadRoom(int fds, int threads) {
    return checkDescriptors(fds).and_then([&] { return checkThreads(threads); });
}

} // namespace rankscope::link
