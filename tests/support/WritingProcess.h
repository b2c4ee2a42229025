// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionWriter.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace rankscope::support {

/// A process that writes `events` to a session, `perCommit` at a time, and reports each commit.
class WritingProcess {
  public:
    WritingProcess(const std::filesystem::path& path, const std::vector<wire::Event>& events,
                   std::size_t perCommit) {
        if (pipe(m_pipe) != 0) {
            std::abort();
        }
        m_process = fork();
        if (m_process == 0) {
            ::close(m_pipe[0]);
            _exit(writeAll(path, events, perCommit, m_pipe[1]) ? 0 : 1);
        }
        ::close(m_pipe[1]);
    }
    WritingProcess(const WritingProcess&) = delete;
    WritingProcess& operator=(const WritingProcess&) = delete;

    ~WritingProcess() {
        if (m_process > 0) {
            kill();
        }
        ::close(m_pipe[0]);
    }

    /// Waits for `count` more commits; returns how many came before the process ended.
    int awaitCommits(int count) {
        int seen = 0;
        char byte = 0;
        while (seen < count && ::read(m_pipe[0], &byte, 1) == 1) {
            ++seen;
        }
        return seen;
    }

    void kill() {
        ::kill(m_process, SIGKILL);
        waitpid(m_process, nullptr, 0);
        m_process = 0;
    }

    bool finish() {
        int status = 0;
        waitpid(m_process, &status, 0);
        m_process = 0;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

  private:
    static bool writeAll(const std::filesystem::path& path, const std::vector<wire::Event>& events,
                         std::size_t perCommit, int report) {
        auto writer = session::SessionWriter::open(path, "run", {});
        if (!writer) {
            return false;
        }
        for (std::size_t at = 0; at < events.size(); at += perCommit) {
            (*writer)->append(
                std::span(events).subspan(at, std::min(perCommit, events.size() - at)));
            if (!(*writer)->commit() || ::write(report, "c", 1) != 1) {
                return false;
            }
        }
        return (*writer)->close().has_value();
    }

    int m_pipe[2] = {-1, -1};
    pid_t m_process = 0;
};

inline bool isPrefix(const std::vector<wire::Event>& part, const std::vector<wire::Event>& whole) {
    return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

} // namespace rankscope::support
