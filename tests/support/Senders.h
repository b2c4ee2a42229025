// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/types.h>
#include <vector>

namespace rankscope::test {

/// The rankscope-sender processes of one rank: a guardian and the worker that it watches over.
struct Senders {
    std::vector<pid_t> all;
    pid_t guardian = 0, worker = 0; ///< 0: not there

    /// Looks through /proc. One that has ended and was not yet reaped doesn't count.
    static Senders of(pid_t rank) {
        Senders found;
        std::vector<pid_t> parents;
        const std::string mark = std::string("--of") + '\0' + std::to_string(rank) + '\0';
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
            const std::string name = entry.path().filename();
            const std::string words = read(entry.path() / "cmdline");
            if (words.starts_with("rankscope-sender") && words.ends_with(mark)) {
                found.all.push_back(std::stoi(name));
                parents.push_back(parentOf(entry.path()));
            }
        }
        for (std::size_t i = 0; i < parents.size(); ++i) {
            if (std::count(found.all.begin(), found.all.end(), parents[i]) != 0) {
                found.worker = found.all[i];
                found.guardian = parents[i];
            }
        }
        return found;
    }

    [[nodiscard]] bool complete() const { return worker != 0; }

    void kill() const {
        for (const pid_t one : all) {
            ::kill(one, SIGKILL);
        }
    }

    static std::string read(const std::filesystem::path& file) {
        std::ostringstream out;
        out << std::ifstream(file, std::ios::binary).rdbuf();
        return out.str();
    }

  private:
    static pid_t parentOf(const std::filesystem::path& process) {
        const std::string status = read(process / "stat"); // pid (name) state parent
        const std::size_t name = status.rfind(')');
        return name == std::string::npos ? 0 : std::stoi(status.substr(name + 4));
    }
};

} // namespace rankscope::test
