// SPDX-License-Identifier: Apache-2.0
// rankscope-sender: carries the records of one training rank from the memory that it shares with
// it to the collector. Two processes: one works, the other begins the work anew when the first is
// killed; when the other is killed, the first takes both parts again. Nothing here can harm the
// rank, and the rank can do nothing that harms this.
#include "emitter/sender/Carry.h"
#include "emitter/sender/Detach.h"
#include "emitter/src/SenderProcess.h"
#include "transport/link/HeadRoom.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

using namespace rankscope;
using namespace rankscope::sender;
using namespace std::chrono_literals;
using emitter::Clock;
namespace inherited = emitter::inherited;

namespace {

constexpr auto kFirstPause = 20ms, kLongestPause = 2000ms;
constexpr auto kSoundLife = 250ms; // a worker that lived so long is not failing by itself

/// Takes the place of this process with a fresh start of the program.
void beginAnew(char** argv) {
    execv("/proc/self/exe", argv); // no /proc: goes on alone
}

[[noreturn]] void work(const Rank& rank, pid_t guardian, char** argv) {
    const auto channel = emitter::Channel::attach(inherited::kMemory);
    const auto letter = channel.and_then([](const auto& shared) { return shared->letter(); });
    if (!letter) {
        _exit(0); // of another version, or spoilt: trying again is of no use
    }
    if (!(*channel)->claim(emitter::Carrier::Process)) {
        _exit(0); // too late: a thread of the rank does it
    }
    if (carry(**channel, *letter, rank, guardian) == Outcome::Deserted) {
        beginAnew(argv);
        static_cast<void>(carry(**channel, *letter, rank, 0));
    }
    _exit(0);
}

/// Waits for a worker's end. False when it was killed, or when nothing is known of its end.
bool exited(pid_t worker) {
    int status = 0;
    pid_t ended = -1;
    do {
        ended = waitpid(worker, &status, 0);
    } while (ended < 0 && errno == EINTR);
    return ended == worker && WIFEXITED(status);
}

/// Returns when the work is done, or fails again and again although the rank is gone.
void watchOver(const Rank& rank, char** argv) {
    std::chrono::milliseconds pause = kFirstPause;
    for (;;) {
        const auto started = Clock::now();
        const pid_t guardian = getpid();
        const pid_t worker = fork();
        if (worker == 0) {
            work(rank, guardian, argv);
        }
        if (worker < 0) { // no further process: alone then
            work(rank, 0, argv);
        }
        if (exited(worker)) {
            return;
        }
        const bool failing = Clock::now() - started < kSoundLife;
        if (failing && rank.isGone()) {
            return;
        }
        pause = failing ? std::min(2 * pause, kLongestPause) : kFirstPause;
        std::this_thread::sleep_for(pause);
    }
}

} // namespace

int main(int, char** argv) {
    if (fcntl(inherited::kMemory, F_GETFD) < 0 || fcntl(inherited::kRank, F_GETFD) < 0) {
        std::fputs("rankscope-sender is started by a training rank and is of no use otherwise\n",
                   stderr);
        return 2;
    }
    detach(inherited::kRank);
    link::raiseDescriptorLimit(); // the job's may be low, and has nothing to do with this
    watchOver(Rank(inherited::kRank), argv);
    return 0;
}
