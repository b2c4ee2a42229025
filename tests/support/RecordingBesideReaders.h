// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/SampleRun.h"
#include "transport/session/SessionReader.h"
#include "transport/session/SessionWriter.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace rankscope::support {

/// A Python process that asks a session long questions, one after the other, until it is stopped.
class PythonReader {
  public:
    PythonReader(const std::string& python, const std::filesystem::path& session) {
        // Each question reads every row in one transaction, slowly: the log cannot be folded back
        // behind it meanwhile.
        static constexpr const char* kQuestions = R"python(
import sqlite3, sys, time, zlib
while True:
    db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    for number, (data,) in enumerate(db.execute("SELECT data FROM events ORDER BY first")):
        zlib.crc32(data)
        time.sleep(0.01)
    db.close()
)python";
        m_process = fork();
        if (m_process == 0) {
            execlp(python.c_str(), python.c_str(), "-c", kQuestions, session.c_str(), nullptr);
            _exit(127);
        }
    }
    PythonReader(const PythonReader&) = delete;
    PythonReader& operator=(const PythonReader&) = delete;

    /// It is still asking; else a question failed.
    [[nodiscard]] bool isAsking() const { return waitpid(m_process, nullptr, WNOHANG) == 0; }

    ~PythonReader() {
        ::kill(m_process, SIGKILL);
        waitpid(m_process, nullptr, 0);
    }

  private:
    pid_t m_process;
};

struct RecordedBesideReaders {
    double seconds = 0;
    std::uint64_t rows = 0;
    double worstCommit = 0; ///< seconds
    int failedCommits = 0;
    std::uintmax_t largestLog = 0; ///< bytes
    bool readersWell = true, sound = false;
    [[nodiscard]] double rowsPerSecond() const { return static_cast<double>(rows) / seconds; }
};

/// Records 50,000 rows (step records) a second for a time, in commits of 50 ms as a recorder makes
/// them, while `readers` Python processes read.
inline RecordedBesideReaders recordBesideReaders(const std::filesystem::path& path,
                                                 const std::string& python, int readers,
                                                 std::chrono::duration<double> duration) {
    using Clock = std::chrono::steady_clock;
    constexpr auto kCommitEvery = std::chrono::milliseconds(50);
    constexpr std::uint64_t kStepsPerCommit = 625; // of four ranks
    RecordedBesideReaders result;
    auto writer = session::SessionWriter::open(path, "run", {});
    if (!writer) {
        std::abort();
    }
    (*writer)->append(session::samples::run(0));
    std::vector<std::unique_ptr<PythonReader>> asking;
    const auto start = Clock::now();
    auto due = start;
    std::uint64_t seq = 1;
    std::vector<wire::Event> events;
    while (Clock::now() - start < duration) {
        events.clear();
        for (const std::uint64_t end = seq + kStepsPerCommit; seq < end; ++seq) {
            for (std::uint32_t rank = 0; rank < 4; ++rank) {
                events.emplace_back(session::samples::record(rank, seq));
            }
        }
        due += kCommitEvery;
        std::this_thread::sleep_until(due);
        const auto before = Clock::now();
        (*writer)->append(events);
        result.failedCommits += (*writer)->commit() ? 0 : 1;
        const std::chrono::duration<double> took = Clock::now() - before;
        result.worstCommit = std::max(result.worstCommit, took.count());
        result.rows += events.size();
        std::error_code missing;
        const auto log = std::filesystem::file_size(path.string() + "-wal", missing);
        result.largestLog = std::max(result.largestLog, missing ? 0 : log);
        if (asking.empty()) { // there is something to read now
            for (int i = 0; i < readers; ++i) {
                asking.push_back(std::make_unique<PythonReader>(python, path));
            }
        }
    }
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    for (const auto& reader : asking) {
        result.readersWell = result.readersWell && reader->isAsking();
    }
    asking.clear();
    const bool closed = (*writer)->close().has_value();
    const auto verdict = session::verify(path);
    result.sound = closed && verdict && verdict->damage.empty() && verdict->records == result.rows;
    return result;
}

} // namespace rankscope::support
