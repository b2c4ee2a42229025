// SPDX-License-Identifier: Apache-2.0
// Opening a session of W workers x N steps, its memory, and frames at several zooms.
// usage: BenchRun [FILE WORKERS STEPS]   (FILE is made when it does not exist)
// Times are of the processor.

#include "app/engine/FrameBuilder.h"
#include "app/engine/RunReader.h"
#include "transport/session/SessionWriter.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

using namespace rankscope;

namespace {

/// Time that this thread ran, in ms: others on the machine do not count.
double threadTime() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

double since(double begin) {
    return threadTime() - begin;
}

double residentMiB() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word && word != "VmRSS:") {
    }
    double kib = 0;
    status >> kib;
    return kib / 1024;
}

bool make(const std::filesystem::path& file, std::uint32_t workers, std::uint64_t steps) {
    auto writer = session::SessionWriter::open(file, "bench", {});
    if (!writer) {
        return false;
    }
    std::mt19937_64 random{1};
    std::normal_distribution<double> normal;
    std::vector<wire::Event> events;
    for (std::uint32_t rank = 0; rank < workers; ++rank) {
        wire::Hello hello;
        hello.incarnation = IncarnationId{rank + 1};
        hello.rank = RankId{rank};
        hello.world = workers;
        events.emplace_back(hello);
    }
    for (std::uint64_t step = 0; step < steps; ++step) {
        for (std::uint32_t rank = 0; rank < workers; ++rank) {
            wire::StepRecord r;
            r.incarnation = IncarnationId{rank + 1};
            r.rank = RankId{rank};
            r.seq = Seq{step + 1};
            r.step = Step{step};
            r.timeNs = step * 1000000;
            r.loss = 2 + 0.1 * normal(random);
            r.weight = 512;
            r.gradSq = 1 + 0.1 * normal(random);
            r.meanSq = 0.2;
            r.dot = 0.2 + 0.01 * normal(random);
            events.emplace_back(r);
        }
        if (events.size() > 100000 || step + 1 == steps) {
            (*writer)->append(events);
            if (!(*writer)->commit()) {
                return false;
            }
            events.clear();
        }
    }
    return (*writer)->close().has_value();
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 1 && argc != 4) {
        std::fprintf(stderr, "usage: BenchRun [FILE WORKERS STEPS]\n");
        return 2;
    }
    const bool ours = argc == 1;
    const std::filesystem::path file =
        ours ? std::filesystem::temp_directory_path() /
                   ("bench-run-" + std::to_string(getpid()) + ".rankscope")
             : std::filesystem::path(argv[1]);
    const auto workers = static_cast<std::uint32_t>(ours ? 8 : std::atol(argv[2]));
    const auto steps = static_cast<std::uint64_t>(ours ? 100000 : std::atoll(argv[3]));
    if (!std::filesystem::exists(file) && !make(file, workers, steps)) {
        std::fprintf(stderr, "cannot make %s\n", file.c_str());
        return 1;
    }
    const double before = residentMiB();
    double begin = threadTime();
    auto reader = engine::RunReader::open(file);
    if (!reader || !(*reader)->readAll()) {
        std::fprintf(stderr, "cannot read %s\n", file.c_str());
        return 1;
    }
    std::printf("read and align  %9.1f ms\n", since(begin));
    engine::FrameBuilder frames(**reader, false);
    begin = threadTime();
    frames.update();
    std::printf("metrics, curves %9.1f ms\n", since(begin));
    const double records = static_cast<double>((*reader)->table().records());
    const double scalars = records * 5 * 8 / 1048576;
    std::printf("memory          %9.1f MiB, five doubles per record are %.1f\n",
                residentMiB() - before, scalars);
    for (double share = 1; share > 1e-4; share /= 8) {
        engine::View view;
        view.follow = false;
        view.columns = 1600;
        view.first = 0.3 * static_cast<double>(steps);
        view.last =
            std::min(view.first + share * static_cast<double>(steps), static_cast<double>(steps));
        view.first = std::max(0.0, view.last - share * static_cast<double>(steps));
        begin = threadTime();
        const auto frame = frames.build(view, {}, engine::RunPulse::Clock::now());
        std::printf("frame of 1/%-6.0f %8.2f ms, %zu points in a line\n", 1 / share, since(begin),
                    frame.loss.mean.x.size());
    }
    if (ours) {
        std::filesystem::remove(file);
    }
}
