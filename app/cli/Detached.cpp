// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Detached.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace rankscope::cli {

namespace {

constexpr int kBroken = 1; ///< exit code for a process that a signal ended

/// The process that was started, from here on.
[[noreturn]] void wait(pid_t detached, int word) {
    char ready = 0;
    ssize_t taken = 0;
    do {
        taken = read(word, &ready, 1);
    } while (taken < 0 && errno == EINTR);
    if (taken > 0) {
        _exit(0);
    }
    int status = 0;
    while (waitpid(detached, &status, 0) < 0) {
        if (errno != EINTR) { // who started us ignores the ends of children
            _exit(kBroken);
        }
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : kBroken);
}

Error problem(const char* what) {
    return {ErrorCode::Io, std::string(what) + ": " + std::strerror(errno), {}};
}

} // namespace

Result<Detached> Detached::begin() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        return tl::unexpected(problem("no pipe to a process of its own"));
    }
    const pid_t process = fork();
    if (process < 0) {
        const Error error = problem("no process of its own");
        close(ends[0]);
        close(ends[1]);
        return tl::unexpected(error);
    }
    if (process > 0) {
        close(ends[1]);
        wait(process, ends[0]);
    }
    close(ends[0]);
    setsid();
    return Detached(ends[1]);
}

Detached::Detached(int word) : m_word(word) {}

Detached::Detached(Detached&& other) noexcept : m_word(std::exchange(other.m_word, -1)) {}

Detached::~Detached() {
    if (m_word >= 0) {
        close(m_word);
    }
}

Result<void> Detached::ready() {
    const char word = 1;
    ssize_t written = 0;
    do {
        written = write(m_word, &word, 1);
    } while (written < 0 && errno == EINTR);
    close(std::exchange(m_word, -1));
    if (written != 1) {
        return fail(ErrorCode::Unavailable, "the process that was started has been ended");
    }
    return {};
}

} // namespace rankscope::cli
