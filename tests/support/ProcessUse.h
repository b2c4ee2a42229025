// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <sys/types.h>
#include <unistd.h>

namespace rankscope::test {

/// CPU seconds that a process has used, its ended children left out. 0 when it is gone.
inline double cpuSeconds(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(file, text);
    const std::size_t name = text.rfind(')'); // fields 14 and 15 are utime and stime
    if (name == std::string::npos) {
        return 0;
    }
    std::istringstream fields(text.substr(name + 2));
    std::string skipped;
    for (int i = 3; i < 14; ++i) {
        fields >> skipped;
    }
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// KiB of one line of a process's smaps_rollup, such as "Pss" (pages shared with others count in
/// part) or "Pss_Shmem". 0 when it is gone.
inline double memoryKiB(pid_t process, const std::string& what) {
    std::ifstream file("/proc/" + std::to_string(process) + "/smaps_rollup");
    std::string line;
    while (std::getline(file, line)) {
        if (line.starts_with(what + ":")) {
            return std::stod(line.substr(what.size() + 1));
        }
    }
    return 0;
}

} // namespace rankscope::test
