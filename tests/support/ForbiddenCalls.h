// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <vector>

namespace rankscope::test {

/// From here on these system calls of this thread, and of what it starts, fail with `error`.
inline void forbidCalls(std::initializer_list<long> calls, std::uint32_t error) {
    std::vector<sock_filter> rules{{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)}};
    auto left = static_cast<std::uint8_t>(calls.size()); // rules to jump over when one is met
    for (const long call : calls) {
        --left;
        rules.push_back({BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint8_t>(left + 1), 0,
                         static_cast<std::uint32_t>(call)});
    }
    rules.push_back({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW});
    rules.push_back({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | error});
    const sock_fprog program{static_cast<std::uint16_t>(rules.size()), rules.data()};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

} // namespace rankscope::test
