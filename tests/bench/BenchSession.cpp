// SPDX-License-Identifier: Apache-2.0
// Writing and reading session files beside plain writes and reads of the same bytes, in one run.
#include "transport/session/SessionReader.h"
#include "transport/session/SessionWriter.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

using namespace rankscope;

namespace {

class Stopwatch {
  public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }

  private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

template <class T>
T valueOf(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().what.c_str());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

wire::StepRecord record(std::uint32_t rank, std::uint64_t seq, std::size_t sketchSize) {
    wire::StepRecord step;
    step.incarnation = IncarnationId(0x9000000000000000ULL + rank);
    step.seq = Seq(seq);
    step.rank = RankId(rank);
    step.step = Step(seq - 1);
    step.timeNs = seq * 1'000'000'000;
    step.loss = 1.0 / static_cast<double>(seq);
    step.weight = 512;
    step.gradSq = step.meanSq = step.dot = 0.1;
    step.nonFinite = 0;
    step.extras.stepSeconds = 0.1;
    if (sketchSize > 0) {
        step.sketch = wire::Sketch{seq, 0.5F, std::vector<std::uint16_t>(sketchSize, 0x3c00)};
    }
    return step;
}

/// Seconds for the same number of bytes in as many synced writes, by write() and fdatasync().
double plainSeconds(const std::filesystem::path& path, std::size_t bytes, std::size_t commits) {
    const std::vector<char> block(bytes / commits);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const Stopwatch watch;
    for (std::size_t i = 0; i < commits; ++i) {
        if (::write(file, block.data(), block.size()) < 0 || fdatasync(file) != 0) {
            std::exit(1);
        }
    }
    const double seconds = watch.seconds();
    ::close(file);
    return seconds;
}

void measure(const std::filesystem::path& folder, std::uint32_t world, std::size_t sketchSize,
             std::uint64_t steps, std::uint64_t stepsPerCommit) {
    const std::filesystem::path path = folder / "bench.rankscope";
    std::vector<wire::Event> events;
    double writing = 0;
    {
        const auto writer =
            valueOf(session::SessionWriter::open(path, "bench", {.overwrite = true}));
        for (std::uint64_t first = 1; first <= steps; first += stepsPerCommit) {
            events.clear();
            for (std::uint64_t seq = first; seq < first + stepsPerCommit; ++seq) {
                for (std::uint32_t rank = 0; rank < world; ++rank) {
                    events.emplace_back(record(rank, seq, sketchSize));
                }
            }
            const Stopwatch watch;
            writer->append(events);
            valueOf(writer->commit());
            writing += watch.seconds();
        }
        const Stopwatch watch;
        valueOf(writer->close());
        writing += watch.seconds();
    }
    const std::size_t bytes = std::filesystem::file_size(path);

    const auto reader = valueOf(session::SessionReader::open(path));
    const Stopwatch watch;
    std::size_t records = 0;
    for (events.clear(); valueOf(reader->read(events, 4096)); events.clear()) {
        records += events.size();
    }
    const double reading = watch.seconds();
    const double plain = plainSeconds(folder / "bench.plain", bytes,
                                      std::max<std::size_t>(steps / stepsPerCommit, 1));
    std::printf("%6u %6zu %8zu %8zu %12.0f %9.2f %12.0f %9.0f\n", world, sketchSize, records,
                bytes >> 20U, static_cast<double>(records) / writing, writing / plain,
                static_cast<double>(records) / reading,
                reading * 1e9 / static_cast<double>(records));
    std::filesystem::remove(path);
    std::filesystem::remove(folder / "bench.plain");
}

/// Resident memory of this process now, in MiB.
double residentMiB() {
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    long total = 0;
    long resident = 0;
    if (file == nullptr || std::fscanf(file, "%ld %ld", &total, &resident) != 2) {
        std::exit(1);
    }
    std::fclose(file);
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

/// Commits of a long run, a tenth of it per line: neither time nor memory may grow.
void measureLongRun(const std::filesystem::path& folder, std::uint32_t world,
                    std::size_t sketchSize, std::uint64_t commits, std::uint64_t stepsPerCommit,
                    std::uint64_t sketchBytes) {
    const std::filesystem::path path = folder / "bench.rankscope";
    const auto writer = valueOf(session::SessionWriter::open(
        path, "bench", {.overwrite = true, .sketchBytes = sketchBytes}));
    std::vector<wire::Event> events;
    std::vector<double> times;
    std::uint64_t seq = 1;
    std::uint64_t records = 0;
    for (std::uint64_t commit = 1; commit <= commits; ++commit) {
        events.clear();
        for (const std::uint64_t end = seq + stepsPerCommit; seq < end; ++seq) {
            for (std::uint32_t rank = 0; rank < world; ++rank) {
                events.emplace_back(record(rank, seq, sketchSize));
            }
        }
        records += events.size();
        const Stopwatch watch;
        writer->append(events);
        valueOf(writer->commit());
        times.push_back(watch.seconds() * 1000);
        if (commit % (commits / 10) == 0) {
            std::sort(times.begin(), times.end());
            std::printf("%6u %6zu %10zu %8zu %9.2f %9.2f %9.2f %9.1f\n", world, sketchSize,
                        std::size_t(records), std::size_t(std::filesystem::file_size(path)) >> 20U,
                        times[times.size() / 2], times[times.size() * 99 / 100], times.back(),
                        residentMiB());
            std::fflush(stdout);
            times.clear();
        }
    }
    valueOf(writer->close());
    std::filesystem::remove(path);
}

} // namespace

int main(int argc, char** argv) {
    const std::filesystem::path folder =
        argc > 1 ? std::filesystem::path(argv[1]) : std::filesystem::temp_directory_path();
    std::printf("%6s %6s %8s %8s %12s %9s %12s %9s\n", "world", "sketch", "records", "MiB",
                "written/s", "of plain", "read/s", "ns/record");
    measure(folder, 8, 0, 4000, 1);
    measure(folder, 8, 0, 100'000, 1000);
    measure(folder, 8, 0, 20'000, 10); // as often as a recorder with fast steps commits
    measure(folder, 64, 1024, 500, 5);
    measure(folder, 1024, 1024, 40, 1);
    measure(folder, 1024, 0, 400, 4);

    std::printf(
        "\nlong runs, a line for each tenth; commits in ms\n%6s %6s %10s %8s %9s %9s %9s %9s\n",
        "world", "sketch", "records", "MiB", "p50", "p99", "longest", "RSS MiB");
    measureLongRun(folder, 8, 0, 4000, 100, 0);
    measureLongRun(folder, 8, 256, 4000, 10, 64U << 20U);
    measureLongRun(folder, 1024, 256, 1000, 1, 128U << 20U);
    measureLongRun(folder, 1024, 0, 1000, 4, 0);
    return 0;
}
