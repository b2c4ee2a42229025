// SPDX-License-Identifier: Apache-2.0
// Long Python queries on a session while it is recorded, beside the same recording without them.
#include "tests/stress/Report.h"
#include "tests/support/RecordingBesideReaders.h"

using namespace rankscope;

int main(int argc, char** argv) {
    stress::Report report(argc, argv);
    const char* given = std::getenv("RANKSCOPE_PYTHON");
    const std::string python = given != nullptr ? given : "python3";
    const auto path =
        std::filesystem::temp_directory_path() / ("stress-" + std::to_string(getpid()));
    const std::chrono::duration<double> half(30 * report.minutes());
    const auto record = [&](int readers) {
        const auto result = support::recordBesideReaders(path, python, readers, half);
        std::filesystem::remove(path);
        return result;
    };
    const auto alone = record(0);
    const auto read = record(3);
    report.figure(14, "rows recorded beside 3 Python readers", static_cast<double>(read.rows), "");
    report.atLeast(14, "rows a second beside them", read.rowsPerSecond(), 50'000 * 0.98, "");
    report.figure(14, "longest commit beside them", 1000 * read.worstCommit, "ms");
    report.figure(14, "longest commit without them", 1000 * alone.worstCommit, "ms");
    report.figure(14, "largest log beside them", static_cast<double>(read.largestLog >> 20U),
                  "MiB");
    report.atMost(14, "commits that failed", read.failedCommits, 0, "");
    report.atLeast(14, "readers without an error, and the file sound",
                   read.readersWell && read.sound ? 1 : 0, 1, "");
    // What a crash costs is what no commit has yet: 50 ms of waiting and a commit.
    report.atMost(11, "recording that a crash can cost, at 50,000 rows a second",
                  0.05 + read.worstCommit, 1, "s");
    return report.exitCode();
}
