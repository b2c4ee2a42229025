// SPDX-License-Identifier: Apache-2.0
#include "emitter/sender/Rank.h"

#include <poll.h>

#include <fstream>
#include <sstream>

namespace rankscope::sender {

namespace {

/// The process id behind a pidfd; 0 when it is not to be had.
pid_t processOf(int pidfd) {
    std::ifstream info("/proc/self/fdinfo/" + std::to_string(pidfd));
    std::string word;
    pid_t process = 0;
    while (info >> word) {
        if (word == "Pid:") {
            info >> process;
        }
    }
    return process > 0 ? process : 0;
}

} // namespace

Rank::Rank(int pidfd)
    : m_pidfd(pidfd),
      m_stat("/proc/" + std::to_string(processOf(pidfd)) + "/stat"),
      m_program(program()) {}

unsigned long long Rank::program() const {
    constexpr int kState = 3, kStartStack = 28; // fields, counted as in proc(5)
    std::string text;
    std::getline(std::ifstream(m_stat), text);
    const std::size_t name = text.rfind(')');
    if (name == std::string::npos) {
        return 0;
    }
    std::istringstream fields(text.substr(name + 1));
    std::string skipped;
    for (int field = kState; field < kStartStack; ++field) {
        fields >> skipped;
    }
    unsigned long long start = 0;
    fields >> start;
    return start;
}

bool Rank::isGone() const {
    pollfd item{m_pidfd, POLLIN, 0};
    if (poll(&item, 1, 0) == 1) {
        return true;
    }
    const unsigned long long now = m_program == 0 ? 0 : program();
    return now != 0 && now != m_program;
}

} // namespace rankscope::sender
