// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/SenderProcess.h"

#include "emitter/src/Channel.h"
#include "emitter/src/Descriptor.h"
#include "emitter/src/Mapping.h"
#include "transport/link/SignalsBlocked.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace rankscope::emitter {

namespace {

constexpr const char* kProgram = "rankscope-sender";
constexpr std::size_t kStack = 64U << 10U;
// A program that runs and is slow (a cold network drive, a busy machine) is worth more than a
// thread; one that has ended is not waited for.
constexpr auto kPatience = std::chrono::seconds(1);

/// Where this code was loaded from: the shared library, or the program that it is part of.
std::filesystem::path ownFolder() {
    Dl_info info{};
    void* found = nullptr;
    const void* const here = reinterpret_cast<const void*>(&startSenderProcess);
    if (dladdr1(here, &info, &found, RTLD_DL_LINKMAP) == 0 || found == nullptr) {
        return {};
    }
    const char* const library = static_cast<const link_map*>(found)->l_name;
    std::error_code error;
    const std::filesystem::path file = library == nullptr || *library == '\0'
                                           ? std::filesystem::read_symlink("/proc/self/exe", error)
                                           : std::filesystem::absolute(library, error);
    return error ? std::filesystem::path() : file.parent_path();
}

std::string findProgram() {
    const std::filesystem::path folder = ownFolder();
    for (const std::filesystem::path& place :
         {folder / kProgram, folder / ".." / "bin" / kProgram}) {
        if (!folder.empty() && access(place.c_str(), X_OK) == 0) {
            return place;
        }
    }
    return {};
}

/// The loader's path and nothing else: the program has no use for the job's secrets, and must not
/// load what the job preloads.
std::vector<std::string> environment() {
    std::vector<std::string> out;
    for (const char* const name :
         {"LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
        if (const char* const value = std::getenv(name)) {
            out.push_back(std::string(name) + "=" + value);
        }
    }
    return out;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) {
        out.push_back(text.data());
    }
    out.push_back(nullptr);
    return out;
}

/// For the two processes below, which share this one's memory, one after the other, while the
/// thread that made them stands still.
struct Order {
    const char* program;
    char* const* arguments;
    char* const* environment;
    int memory, rank;
    std::byte* stack; ///< end of the second one's
    int error = 0;
    pid_t process = 0; ///< the second one
};

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define RANKSCOPE_BARE __attribute__((no_sanitize("thread", "address")))
#else
#define RANKSCOPE_BARE
#endif

/// Second: becomes the program.
RANKSCOPE_BARE int become(void* given) {
    Order& order = *static_cast<Order*>(given);
    // First out of the way of the numbers that they are to have: into the places of input and
    // output, which are there even when no number is left, and of which the program makes no use.
    const bool apart = order.memory > STDOUT_FILENO && order.rank > STDOUT_FILENO;
    const int memory = apart ? dup2(order.memory, STDIN_FILENO) : fcntl(order.memory, F_DUPFD, 10);
    const int rank = apart ? dup2(order.rank, STDOUT_FILENO) : fcntl(order.rank, F_DUPFD, 10);
    if (memory >= 0 && rank >= 0 && dup2(memory, inherited::kMemory) >= 0 &&
        dup2(rank, inherited::kRank) >= 0) {
        execve(order.program, order.arguments, order.environment);
    }
    order.error = errno;
    _exit(127);
}

/// First: makes the second and ends at once, which leaves that one to init.
RANKSCOPE_BARE int step(void* given) {
    Order& order = *static_cast<Order*>(given);
    order.process = clone(become, order.stack, CLONE_VM | CLONE_VFORK | SIGCHLD, given);
    if (order.process < 0) {
        order.error = errno;
    }
    _exit(0);
}

bool adoptsOrphans() {
    int reaper = 0;
    return getpid() == 1 || (prctl(PR_GET_CHILD_SUBREAPER, &reaper) == 0 && reaper != 0);
}

Result<void> run(Order& order) {
    const Mapping stacks(2 * kStack, Mapping::InChild::Missing);
    if (!stacks) {
        return fail(ErrorCode::Io, "no memory to start the sender with");
    }
    order.stack = stacks.data() + 2 * kStack;
    const link::SignalsBlocked blocked; // no handler of this process may run in the new one
    // No exit signal: this process hears nothing of its end, and wait() doesn't see it.
    const int first = clone(step, stacks.data() + kStack, CLONE_VM | CLONE_VFORK, &order);
    if (first < 0) {
        order.error = errno;
    } else {
        while (waitpid(first, nullptr, __WCLONE) < 0 && errno == EINTR) {
        }
    }
    if (order.error != 0) {
        return fail(ErrorCode::Io,
                    std::string("the sender could not be started: ") + std::strerror(order.error));
    }
    return {};
}

Descriptor processOf(pid_t process) {
    return Descriptor(static_cast<int>(syscall(SYS_pidfd_open, process, 0U)));
}

/// A program that runs is not yet one that works: it may be another one, or lack a library.
Result<void> awaitClaim(const Channel& channel, pid_t process) {
    constexpr timespec kLook{0, 100'000};
    const Descriptor program = processOf(process); // none: it has ended
    pollfd end{program.number(), POLLIN, 0};
    const auto until = Clock::now() + kPatience;
    while (channel.carrier() != Carrier::Process) {
        const bool ended = !program || poll(&end, 1, 0) == 1;
        if (ended || Clock::now() >= until) {
            return fail(ErrorCode::Io, ended ? "the sender has ended at once"
                                             : "the sender has not begun its work in time");
        }
        nanosleep(&kLook, nullptr);
    }
    return {};
}

Result<pid_t> startProgram(const Channel& channel) {
    if (adoptsOrphans()) {
        return fail(ErrorCode::Unsupported, "this process adopts orphans");
    }
    const std::string program = findProgram();
    if (program.empty()) {
        return fail(ErrorCode::Io, std::string("there is no ") + kProgram + " beside the library");
    }
    const Descriptor self = processOf(getpid());
    if (!self) {
        return fail(ErrorCode::Io, std::string("no pidfd: ") + std::strerror(errno));
    }
    // For ps: whose sender this is.
    std::vector<std::string> arguments{kProgram, "--rank", std::to_string(channel.rank.value()),
                                       "--of", std::to_string(getpid())};
    std::vector<std::string> variables = environment();
    const std::vector<char*> argv = pointersTo(arguments), envp = pointersTo(variables);
    Order order{program.c_str(),      argv.data(),   envp.data(),
                channel.descriptor(), self.number(), nullptr};
    return run(order).map([&] { return order.process; });
}

} // namespace

Result<void> startSenderProcess(Channel& channel) {
    const auto process = startProgram(channel);
    channel.closeFile(); // now: descriptors may be scarce
    return process.and_then([&](pid_t program) { return awaitClaim(channel, program); });
}

} // namespace rankscope::emitter
