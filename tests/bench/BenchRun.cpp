// SPDX-License-Identifier: Apache-2.0
// Opening a session of W workers x N steps, from its records and from what a recorder keeps beside
// them, its memory, and frames at several zooms; and what keeping that costs a recorder.
// usage: BenchRun [FILE WORKERS STEPS]   (FILE is made when it does not exist)
// Times are of the processor.

#include "app/engine/record/BlockSummariser.h"
#include "app/engine/run/FrameBuilder.h"
#include "app/engine/session/RunReader.h"
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

/// As the recorder's thread does; nothing when the session has it.
void summarise(const std::filesystem::path& file) {
    auto writer = session::SessionWriter::open(file, "bench", {});
    auto reader = engine::RunReader::open(file);
    if (!writer || !reader) {
        return;
    }
    const double begin = threadTime();
    engine::BlockSummariser summariser(**reader);
    std::size_t bytes = 0;
    double keeping = 0;
    bool more = summariser.resume().has_value();
    while (more || summariser.isBehind()) {
        more = (*reader)->read(8192).value_or(false);
        auto rows = summariser.work();
        for (const session::Derived& row : rows) {
            bytes += row.data.size();
        }
        const double kept = threadTime();
        (*writer)->keep(std::move(rows));
        if (!(*writer)->commit()) {
            return;
        }
        keeping += since(kept);
    }
    const double all = since(begin);
    std::printf("summarised in   %9.1f ms, and kept in %.1f ms: %.1f MiB; %.0f ns a record\n",
                all - keeping, keeping, static_cast<double>(bytes) / 1048576,
                all * 1e6 / static_cast<double>((*reader)->table().records()));
}

void zoom(engine::FrameBuilder& frames, std::uint64_t steps) {
    for (double share = 1; share > 1e-4; share /= 8) {
        engine::View view;
        view.follow = false;
        view.columns = 1600;
        view.first = 0.3 * static_cast<double>(steps);
        view.last =
            std::min(view.first + share * static_cast<double>(steps), static_cast<double>(steps));
        view.first = std::max(0.0, view.last - share * static_cast<double>(steps));
        double begin = threadTime();
        auto frame = frames.build(view, {}, engine::RunPulse::Clock::now());
        const double first = since(begin);
        begin = threadTime();
        while (frame.refining) {
            frames.refine();
            frame = frames.build(view, {}, engine::RunPulse::Clock::now());
        }
        std::printf("frame of 1/%-6.0f %8.2f ms, refined in %.1f ms, %zu points in a line\n",
                    1 / share, first, since(begin), frame.loss.mean.x.size());
    }
}

void open(const std::filesystem::path& file, std::uint64_t steps, bool bounded) {
    const double before = residentMiB();
    double begin = threadTime();
    const auto lap = [&](const char* what) {
        std::printf("%-24s %9.1f ms, %7.1f MiB\n", what, since(begin), residentMiB() - before);
    };
    auto reader = engine::RunReader::open(file);
    if (!reader) {
        std::fprintf(stderr, "cannot open %s\n", file.c_str());
        std::exit(1);
    }
    std::printf("%s\n", bounded ? "as a window does" : "as a command does");
    engine::FrameBuilder frames(**reader, {false, bounded ? engine::FrameBuilder::kBudget : 0});
    if (bounded) {
        (void)frames.resume();
    }
    while ((*reader)->read().value_or(false)) {
        frames.update();
    }
    frames.update();
    engine::View view;
    view.columns = 1600;
    (void)frames.build(view, {}, engine::RunPulse::Clock::now());
    lap("first frame");
    zoom(frames, steps);
    while (frames.fill().more) {
    }
    lap("all values that fit");
    zoom(frames, steps);
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
    summarise(file);
    open(file, steps, true); // the first, so that its memory is its own
    open(file, steps, false);
    if (ours) {
        std::filesystem::remove(file);
    }
}
