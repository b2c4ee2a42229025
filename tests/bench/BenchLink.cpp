// SPDX-License-Identifier: Apache-2.0
// Real emitters against a real `rankscope record`, commits and all: records per second, the
// recorder's CPU time per record, and how soon acks come again after it was killed and restarted.
// Usage: BenchLink [seconds per row [ranks in the storm]]
#include "tests/support/Rank.h"
#include "transport/link/HeadRoom.h"

#include <rankscope/Emitter.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace rankscope;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

double seconds(Clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

class Recorder {
  public:
    /// Returns when it listens.
    Recorder(const std::string& file, const std::string& endpoint) {
        int ends[2];
        if (pipe(ends) != 0 || (m_pid = fork()) < 0) {
            std::abort();
        }
        if (m_pid == 0) {
            dup2(ends[1], STDERR_FILENO);
            const std::string program =
                std::filesystem::read_symlink("/proc/self/exe").parent_path() / "../bin/rankscope";
            execl(program.c_str(), "rankscope", "record", "--out", file.c_str(), "--listen",
                  endpoint.c_str(), nullptr);
            _exit(127);
        }
        close(ends[1]);
        m_stderr = ends[0];
        char first = 0;
        if (read(m_stderr, &first, 1) != 1) {
            std::abort();
        }
    }
    ~Recorder() { close(m_stderr); }
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Ends it and returns the CPU seconds that it took.
    double end(int signal) {
        kill(m_pid, signal);
        rusage used{};
        wait4(m_pid, nullptr, 0, &used);
        const auto part = [](const timeval& t) {
            return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
        };
        return part(used.ru_utime) + part(used.ru_stime);
    }

  private:
    pid_t m_pid = -1;
    int m_stderr = -1;
};

struct Job {
    std::vector<std::unique_ptr<emitter::Emitter>> ranks;
    std::vector<float> sketch;

    Job(std::uint32_t world, std::uint32_t sketchSize, const std::string& endpoint)
        : sketch(sketchSize, 1.0F) {
        for (std::uint32_t rank = 0; rank < world; ++rank) {
            emitter::Options options;
            options.endpoint = endpoint;
            options.rank = rank;
            options.world = world;
            options.sketchSize = sketchSize;
            options.ringBytes = 1U << 20U;
            options.inProcess = true; // up to thousands of ranks in this process
            ranks.push_back(std::move(emitter::Emitter::open(options).value()));
        }
    }

    /// One step of every rank that has room: nothing is lost.
    void step() {
        emitter::Sample sample;
        sample.loss = 2.5;
        sample.weight = 4096;
        const wire::GradSums sums{1, 0.5, 0.7};
        bool any = false;
        for (const auto& rank : ranks) {
            if (rank->hasRoom()) {
                rank->addSums({&sums, 1}, 0, sketch.empty() ? nullptr : sketch.data());
                rank->step(sample);
                any = true;
            }
        }
        if (!any) {
            std::this_thread::sleep_for(200us);
        }
    }

    [[nodiscard]] std::uint64_t acknowledged() const {
        std::uint64_t sum = 0;
        for (const auto& rank : ranks) {
            sum += rank->statistics().acknowledged;
        }
        return sum;
    }
    [[nodiscard]] bool allAcknowledgedMoreThan(const std::vector<std::uint64_t>& before) const {
        for (std::size_t i = 0; i < ranks.size(); ++i) {
            if (ranks[i]->statistics().acknowledged <= before[i]) {
                return false;
            }
        }
        return true;
    }
    [[nodiscard]] std::vector<std::uint64_t> each() const {
        std::vector<std::uint64_t> all;
        for (const auto& rank : ranks) {
            all.push_back(rank->statistics().acknowledged);
        }
        return all;
    }
    void runUntil(Clock::time_point end) {
        while (Clock::now() < end) {
            step();
        }
    }
};

void measure(std::uint32_t world, std::uint32_t sketchSize, double length) {
    const std::string folder = std::filesystem::temp_directory_path();
    const std::string name = folder + "/bench-link-" + std::to_string(getpid());
    const std::string file = name + ".rankscope";
    const auto endpoint = "tcp://127.0.0.1:" + std::to_string(20000 + getpid() % 12000);
    auto recorder = std::make_unique<Recorder>(file, endpoint);
    Job job(world, sketchSize, endpoint);
    while (job.acknowledged() == 0) {
        job.step();
    }
    const auto start = Clock::now();
    const std::uint64_t first = job.acknowledged();
    job.runUntil(start + std::chrono::milliseconds(static_cast<int>(length * 1000)));
    const auto records = static_cast<double>(job.acknowledged() - first);
    const double took = seconds(Clock::now() - start);

    double worst = 0;
    double sum = 0;
    double listening = 0;
    constexpr int kRestarts = 5;
    double cpu = recorder->end(SIGKILL);
    for (int i = 0; i < kRestarts; ++i) {
        std::this_thread::sleep_for(1s); // long enough for the ranks to look for it less often
        const auto before = job.each();
        const auto restarted = Clock::now();
        recorder = std::make_unique<Recorder>(file, endpoint);
        listening += seconds(Clock::now() - restarted);
        while (!job.allAcknowledgedMoreThan(before)) {
            job.step();
        }
        const double recovery = seconds(Clock::now() - restarted);
        worst = std::max(worst, recovery);
        sum += recovery;
        static_cast<void>(recorder->end(SIGKILL));
    }
    std::printf("%5u %6u %12.0f %14.2f %12.2f %12.2f %10.2f\n", world, sketchSize, records / took,
                cpu / records * 1e6, listening / kRestarts, sum / kRestarts, worst);
    for (const char* const suffix : {"", "-wal", "-shm", "-lock"}) {
        std::filesystem::remove(file + suffix);
    }
}

/// Thousands of ranks that all connect in the same moment and then send `steps` records each.
void storm(std::uint32_t world, int steps) {
    link::raiseDescriptorLimit();
    const std::string name =
        std::filesystem::temp_directory_path() / ("bench-storm-" + std::to_string(getpid()));
    const auto endpoint = "tcp://127.0.0.1:" + std::to_string(20000 + getpid() % 12000);
    const std::string file = name + ".rankscope";
    Recorder recorder(file, endpoint);
    const auto start = Clock::now();
    std::vector<std::unique_ptr<test::Rank>> ranks;
    for (std::uint32_t rank = 0; rank < world; ++rank) {
        ranks.push_back(
            std::make_unique<test::Rank>(endpoint, test::Rank::hello(rank + 1, rank, world)));
    }
    const auto until = [&](auto condition) {
        bool all = false;
        while (!all) {
            all = true;
            for (const auto& rank : ranks) {
                rank->pump();
                all = condition(*rank) && all;
            }
        }
        return seconds(Clock::now() - start);
    };
    const double welcomed = until([](const test::Rank& rank) { return rank.welcomed(); });
    for (const auto& rank : ranks) {
        for (int i = 0; i < steps; ++i) {
            rank->step();
        }
    }
    const double stored = until([](const test::Rank& rank) { return rank.allCommitted(); });
    const double cpu = recorder.end(SIGTERM);
    std::printf(
        "%u ranks at once: all welcome after %.2f s, %d records of each stored after %.2f s,"
        " recorder's CPU %.2f s\n",
        world, welcomed, steps, stored, cpu);
    std::filesystem::remove(file);
}

} // namespace

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const double length = argc > 1 ? std::atof(argv[1]) : 5;
    storm(argc > 2 ? static_cast<std::uint32_t>(std::atoi(argv[2])) : 1024, 20);
    std::printf("%5s %6s %12s %14s %12s %12s %10s\n", "ranks", "sketch", "records/s",
                "CPU us/record", "listening s", "all acked s", "worst s");
    for (const std::uint32_t sketchSize : {0U, 1024U}) {
        for (const std::uint32_t world : {8U, 64U}) {
            measure(world, sketchSize, length);
        }
    }
}
