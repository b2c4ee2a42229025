// SPDX-License-Identifier: Apache-2.0
#include "emitter/sender/Detach.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace rankscope::sender {

namespace {

/// Linux before 5.9 has no close_range().
void closeEach(int keep) noexcept {
    DIR* const all = opendir("/proc/self/fd");
    if (all == nullptr) {
        return;
    }
    std::vector<int> found;
    while (const dirent* const entry = readdir(all)) {
        const int number = std::atoi(entry->d_name);
        if (number > keep && number != dirfd(all)) {
            found.push_back(number);
        }
    }
    closedir(all);
    for (const int number : found) {
        close(number);
    }
}

void closeAbove(int keep) noexcept {
#ifndef SYS_close_range
    constexpr long SYS_close_range = 436; // on all architectures
#endif
    if (syscall(SYS_close_range, static_cast<unsigned>(keep) + 1, ~0U, 0U) != 0) {
        closeEach(keep);
    }
}

void silence() noexcept {
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (nothing >= 0) {
            dup2(nothing, number);
        } else {
            close(number);
        }
    }
    if (nothing > STDERR_FILENO) {
        close(nothing);
    }
}

} // namespace

void detach(int keep) noexcept {
    // Whatever a launcher or a terminal sends to a whole job is for the ranks: this process leaves
    // when they have left.
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
    // A job that ignores SIGCHLD hands that on, and waitpid() would tell nothing of a worker.
    signal(SIGCHLD, SIG_DFL);
    setsid();
    closeAbove(keep);
    silence();
    if (chdir("/") != 0) {
        return; // then it keeps the job's folder busy for a while
    }
}

} // namespace rankscope::sender
