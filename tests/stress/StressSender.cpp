// SPDX-License-Identifier: Apache-2.0
// Promises 2 and 3: a rank whose senders are killed all the time, what opening and closing costs a
// job that nobody watches, and what a quiet rank takes of the machine, its sender included.
#include "tests/stress/Report.h"
#include "tests/support/ProcessUse.h"
#include "tests/support/RecordProcess.h"
#include "tests/support/Senders.h"
#include "tests/support/Stored.h"

#include <rankscope/Emitter.h>

#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <sys/wait.h>
#include <thread>

using namespace rankscope;
using namespace std::chrono_literals;
using test::Senders;
using Clock = std::chrono::steady_clock;

namespace {

double milliseconds(Clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

double threadCpuMs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

std::unique_ptr<emitter::Emitter> open(const std::string& endpoint) {
    emitter::Options options;
    options.endpoint = endpoint;
    options.sketchSize = 1024;
    auto opened = emitter::Emitter::open(options);
    if (!opened) {
        std::fprintf(stderr, "%s\n", opened.error().what.c_str());
        std::exit(1);
    }
    return std::move(*opened);
}

template <class Condition>
bool waitFor(Condition condition, std::chrono::seconds patience = 60s) {
    for (const auto end = Clock::now() + patience; Clock::now() < end;) {
        if (condition()) {
            return true;
        }
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

void killSenders(stress::Report& report) {
    constexpr int kMostKills = 1000;
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("run.rankscope"));
    test::RecordProcess recorder;
    const std::string endpoint = recorder.record(file, "tcp://127.0.0.1:0");
    const pid_t rank = fork(); // a crash of the job would be its own
    if (rank == 0) {
        const auto emitter = open(endpoint);
        const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                            std::chrono::duration<double>(35 * report.minutes()));
        int kills = 0;
        while (kills < kMostKills && Clock::now() < end) {
            const std::uint64_t before = emitter->statistics().acknowledged;
            const auto moves = [&] {
                emitter->step({});
                return emitter->statistics().acknowledged > before &&
                       Senders::of(getpid()).complete();
            };
            if (!waitFor(moves)) {
                _exit(1);
            }
            const Senders now = Senders::of(getpid());
            if (!now.complete()) {
                continue;
            }
            const pid_t victim = kills++ % 4 == 3 ? now.guardian : now.worker;
            ::kill(victim, SIGKILL);
            // Until it is really gone: with both dying at once, nobody is left to begin anew.
            static_cast<void>(waitFor([victim] {
                const std::vector<pid_t> all = Senders::of(getpid()).all;
                return std::find(all.begin(), all.end(), victim) == all.end();
            }));
        }
        const std::uint64_t made = emitter->statistics().lastSeq;
        const bool all = waitFor([&] { return emitter->statistics().acknowledged == made; });
        emitter->close(20s);
        report.figure(2, "senders killed", kills, "");
        report.figure(2, "records meanwhile", static_cast<double>(made), "");
        std::fflush(stdout);
        _exit(all ? 7 : 2);
    }
    int status = 0;
    waitpid(rank, &status, 0);
    const bool own = WIFEXITED(status) && WEXITSTATUS(status) == 7;
    report.atMost(2, "jobs with another exit code, senders killed", own ? 0 : 1, 0, "");
    recorder.signal(SIGTERM);
    recorder.wait();
    const test::Stored stored = test::readStored(file.toStdString());
    double missing = stored.readable && stored.streams.size() == 1 ? 0 : 1;
    double doubled = 0;
    for (const auto& [incarnation, stream] : stored.streams) {
        missing += static_cast<double>(stream.lost.size()) + (stream.identityHolds() ? 0 : 1);
        doubled += stream.doubled;
    }
    report.atMost(4, "records missing, senders killed", missing, 0, "");
    report.atMost(4, "records doubled, senders killed", doubled, 0, "");
}

void openAndClose(stress::Report& report) {
    std::vector<double> added, cpu;
    for (int i = 0; i < 100; ++i) {
        const auto start = Clock::now();
        const double cpuBefore = threadCpuMs();
        const auto emitter = open("tcp://127.0.0.1:9");
        const auto opened = Clock::now();
        for (int step = 0; step < 100; ++step) {
            emitter->step({});
        }
        const auto closing = Clock::now();
        emitter->close(2000ms);
        added.push_back(milliseconds(opened - start) + milliseconds(Clock::now() - closing));
        cpu.push_back(threadCpuMs() - cpuBefore);
    }
    std::sort(added.begin(), added.end());
    std::sort(cpu.begin(), cpu.end());
    report.figure(2, "of it CPU time, median", cpu[50], "ms");
    report.figure(2, "added by open and close, nobody there, median", added[50], "ms");
    report.atMost(2, "added by open and close, nobody there, p95", added[95], 50, "ms");
}

/// 10 steps a second, with a recorder on this machine.
void soak(stress::Report& report) {
    const QTemporaryDir folder;
    test::RecordProcess recorder;
    const std::string endpoint =
        recorder.record(folder.filePath(QStringLiteral("run.rankscope")), "tcp://127.0.0.1:0");
    const double before = test::memoryKiB(getpid(), "Pss");
    const auto emitter = open(endpoint);
    waitFor([&] { return emitter->statistics().connected && Senders::of(getpid()).complete(); });
    const Senders senders = Senders::of(getpid());
    const auto cpu = [&] {
        double sum = test::cpuSeconds(getpid());
        for (const pid_t one : senders.all) {
            sum += test::cpuSeconds(one);
        }
        return sum;
    };
    const auto start = Clock::now();
    const double cpuBefore = cpu();
    const int steps = std::max(50, static_cast<int>(20 * 10 * report.minutes()));
    const std::vector<float> gradient(4096, 0.5F);
    const emitter::Segment segment{1, 0, gradient.size(), 0, 0};
    for (int i = 0; i < steps; ++i) {
        emitter->gradient(gradient.data(), emitter::ElementType::Float32, {&segment, 1});
        emitter->step({});
        std::this_thread::sleep_until(start + (i + 1) * 100ms);
    }
    const double seconds = milliseconds(Clock::now() - start) / 1000;
    report.figure(3, "steps at 10 per second", steps, "");
    report.atMost(3, "share of a core, rank's part and sender", 100 * (cpu() - cpuBefore) / seconds,
                  1, "%");
    double resident = test::memoryKiB(getpid(), "Pss") - before;
    for (const pid_t one : senders.all) {
        resident += test::memoryKiB(one, "Pss");
    }
    constexpr double kRingKiB = 16 * 1024;
    report.atMost(3, "memory beside the ring, rank's part and sender", (resident - kRingKiB) / 1024,
                  4, "MiB");
    emitter->close(5s);
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    stress::Report report(argc, argv);
    openAndClose(report);
    soak(report);
    killSenders(report);
    return report.exitCode();
}
