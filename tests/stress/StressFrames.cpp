// SPDX-License-Identifier: Apache-2.0
// Random runs full of losses, late ranks, restarts and repeated steps: what a window shows of them
// must not depend on when it is opened, on what the recorder kept, nor on the order of arrival.
#include "app/engine/record/BlockSummariser.h"
#include "app/engine/run/FrameBuilder.h"
#include "tests/stress/Report.h"
#include "tests/support/RandomRun.h"
#include "tests/support/SameFrames.h"
#include "transport/session/SessionWriter.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <random>
#include <unistd.h>

using namespace rankscope;
using engine::FrameBuilder;
using engine::RunReader;

namespace {

/// A window on the session; of `budget` bytes, 0: it holds everything.
struct Window {
    Window(const std::filesystem::path& file, std::size_t budget, bool resumes)
        : reader(std::move(*RunReader::open(file))),
          frames(std::make_unique<FrameBuilder>(*reader, FrameBuilder::Options{false, budget})) {
        if (resumes) {
            (void)frames->resume();
        }
    }
    void read() {
        while (reader->read().value_or(false)) {
            frames->update();
        }
        frames->update();
    }
    engine::RunFrame frame(const engine::View& view) {
        while (frames->fill().more) {
        }
        auto frame = frames->build(view, {}, engine::RunPulse::Clock::now());
        for (int i = 0; frame.refining && i < 100000; ++i) {
            frames->refine();
            frame = frames->build(view, {}, engine::RunPulse::Clock::now());
        }
        return frame;
    }

    std::unique_ptr<RunReader> reader;
    std::unique_ptr<FrameBuilder> frames;
};

/// The same events in another order: hellos first, each process's own in theirs.
std::vector<wire::Event> inAnotherOrder(const std::vector<wire::Event>& events,
                                        std::mt19937_64& random) {
    std::vector<wire::Event> result;
    std::map<IncarnationId, std::vector<const wire::Event*>> streams;
    for (const wire::Event& event : events) {
        if (std::holds_alternative<wire::Hello>(event)) {
            result.push_back(event);
        } else {
            std::visit([&](const auto& e) { streams[e.incarnation].push_back(&event); }, event);
        }
    }
    std::vector<std::vector<const wire::Event*>> left;
    for (auto& [id, stream] : streams) {
        std::reverse(stream.begin(), stream.end());
        left.push_back(std::move(stream));
    }
    while (!left.empty()) {
        auto& stream = left[random() % left.size()];
        for (std::uint64_t n = random() % 200; n > 0 && !stream.empty(); --n) {
            result.push_back(*stream.back());
            stream.pop_back();
        }
        std::erase_if(left, [](const auto& s) { return s.empty(); });
    }
    return result;
}

struct Counts {
    double frames = 0, late = 0, reordered = 0, failures = 0;
};

void tryOne(std::uint64_t seed, const std::filesystem::path& folder, Counts& counts) {
    constexpr std::size_t kPlenty = std::size_t{1} << 30U;
    constexpr std::size_t kLittle = std::size_t{1} << 20U;
    std::mt19937_64 random{seed};
    const auto events = support::RandomRun(seed).events(4000);
    const auto file = folder / "run";
    const auto other = folder / "other";
    auto writer = session::SessionWriter::open(file, "run", {.overwrite = true});
    auto second = session::SessionWriter::open(other, "run", {.overwrite = true});
    if (!writer || !second) {
        ++counts.failures;
        return;
    }
    Window live(file, kLittle, false);
    auto reader = std::move(*RunReader::open(file));
    engine::BlockSummariser summariser(*reader);
    for (std::size_t at = 0; at < events.size();) {
        const std::size_t count = std::min<std::size_t>(events.size() - at, random() % 9000);
        (*writer)->append(std::span(events).subspan(at, count));
        counts.failures += (*writer)->commit() ? 0 : 1;
        at += count;
        live.read();
        while (reader->read(8192).value_or(false)) {
            (*writer)->keep(summariser.work());
        }
    }
    (*writer)->keep(summariser.work());
    counts.failures += (*writer)->commit() ? 0 : 1;
    (*second)->append(inAnotherOrder(events, random));
    counts.failures += (*second)->commit() ? 0 : 1;
    Window plain(file, 0, false);
    Window kept(file, kPlenty, true);
    Window reordered(other, kLittle, false);
    for (Window* window : {&plain, &kept, &reordered}) {
        window->read();
    }
    const double end =
        static_cast<double>(plain.reader->table().lastStep().value_or(Step{}).value());
    for (int i = 0; i < 8; ++i) {
        engine::View view;
        view.follow = false;
        view.columns = 300;
        view.first = end * static_cast<double>(random() % 100) / 100;
        view.last = std::min(end, view.first + 700);
        view.cursor = Step{static_cast<std::uint64_t>(view.last)};
        view.image = static_cast<engine::RankSignal>(random() % 3);
        const auto expected = plain.frame(view);
        ++counts.frames;
        for (Window* window : {&live, &kept}) {
            const std::string differs = support::difference(expected, window->frame(view));
            counts.late += differs.empty() ? 0 : 1;
            if (!differs.empty()) {
                std::fprintf(stderr, "seed %llu: %s\n", static_cast<unsigned long long>(seed),
                             differs.c_str());
            }
        }
        const std::string differs = support::difference(expected, reordered.frame(view));
        counts.reordered += differs.empty() ? 0 : 1;
        if (!differs.empty()) {
            std::fprintf(stderr, "seed %llu, in another order: %s\n",
                         static_cast<unsigned long long>(seed), differs.c_str());
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    stress::Report report(argc, argv);
    const auto folder =
        std::filesystem::temp_directory_path() / ("stress-frames-" + std::to_string(getpid()));
    std::filesystem::create_directory(folder);
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::duration<double>(60 * report.minutes());
    Counts counts;
    std::uint64_t seed = report.seed();
    for (; std::chrono::steady_clock::now() < until; ++seed) {
        tryOne(seed, folder, counts);
    }
    std::filesystem::remove_all(folder);
    report.figure(16, "frames compared, of random runs", counts.frames, "");
    report.atMost(16, "of them different live, or from what the recorder kept", counts.late, 0, "");
    report.atMost(17, "of them different in another order of arrival", counts.reordered, 0, "");
    report.atMost(16, "reads and writes that failed", counts.failures, 0, "");
    return report.exitCode();
}
