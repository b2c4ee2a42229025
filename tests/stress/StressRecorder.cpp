// SPDX-License-Identifier: Apache-2.0
// Promises 4 and 5: the recorder is killed (SIGKILL) again and again while ranks send 20,000
// records a second in all. Then every record must be there exactly once.
#include "tests/stress/Report.h"
#include "tests/support/RecordProcess.h"
#include "tests/support/Stored.h"

#include <rankscope/Emitter.h>

#include <QTemporaryDir>

#include <atomic>
#include <chrono>
#include <random>
#include <thread>

using namespace rankscope;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kMostKills = 1000, kRanks = 4, kPerSecond = 20'000;
constexpr std::size_t kRingBytes = 64U << 20U; // some ten seconds without a recorder

/// Ranks at their rate, in a thread. A rank whose ring is full waits: what a ring cannot hold is
/// another promise's.
class Job {
  public:
    explicit Job(const std::string& endpoint) {
        for (std::uint32_t rank = 0; rank < kRanks; ++rank) {
            emitter::Options options;
            options.endpoint = endpoint;
            options.rank = rank;
            options.world = kRanks;
            options.ringBytes = kRingBytes;
            options.blockWhenFull = true;
            m_ranks.push_back(std::move(emitter::Emitter::open(options).value()));
        }
        m_thread = std::jthread([this](const std::stop_token& stop) {
            const auto start = Clock::now();
            for (int batch = 0; !stop.stop_requested(); ++batch) {
                for (int i = 0; i < kPerSecond / 100 / kRanks; ++i) {
                    for (const auto& rank : m_ranks) {
                        rank->step({});
                    }
                }
                std::this_thread::sleep_until(start + batch * 10ms);
            }
        });
    }
    [[nodiscard]] std::uint64_t acknowledged() const {
        std::uint64_t sum = 0;
        for (const auto& rank : m_ranks) {
            sum += rank->statistics().acknowledged;
        }
        return sum;
    }
    [[nodiscard]] std::uint64_t made() const {
        std::uint64_t sum = 0;
        for (const auto& rank : m_ranks) {
            sum += rank->statistics().lastSeq;
        }
        return sum;
    }
    /// Stops stepping, waits until everything is acknowledged, and says bye.
    std::uint64_t finish() {
        m_thread.request_stop();
        m_thread.join();
        const std::uint64_t all = made();
        for (const auto end = Clock::now() + 120s; acknowledged() < all && Clock::now() < end;) {
            std::this_thread::sleep_for(1ms);
        }
        for (const auto& rank : m_ranks) {
            rank->close(20s);
        }
        return all;
    }

  private:
    std::vector<std::unique_ptr<emitter::Emitter>> m_ranks;
    std::jthread m_thread;
};

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    stress::Report report(argc, argv);
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("run.rankscope"));
    const std::string endpoint = test::freeEndpoint();
    test::RecordProcess recorder;
    recorder.record(file, endpoint);
    Job job(endpoint);
    std::mt19937 random(1);
    const auto start = Clock::now();
    const auto end = start + std::chrono::duration_cast<Clock::duration>(
                                 std::chrono::duration<double>(60 * report.minutes()));
    int kills = 0;
    while (kills < kMostKills && Clock::now() < end) {
        const std::uint64_t goal = job.acknowledged() + 1 + random() % 4000; // amid the work
        while (job.acknowledged() < goal && Clock::now() < end + 60s) {
            std::this_thread::sleep_for(1ms);
        }
        recorder.kill();
        ++kills;
        recorder.record(file, endpoint);
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const auto rate = static_cast<double>(job.made()) / seconds;
    const std::uint64_t made = job.finish();
    recorder.signal(SIGTERM);
    recorder.wait();

    const test::Stored stored = test::readStored(file.toStdString());
    double received = 0, doubled = 0, declared = 0, unbalanced = stored.readable ? 0 : 1;
    for (const auto& [incarnation, stream] : stored.streams) {
        received += static_cast<double>(stream.received.size());
        declared += static_cast<double>(stream.lost.size());
        doubled += stream.doubled;
        unbalanced += stream.identityHolds() && stream.byes == 1 ? 0 : 1;
    }
    report.figure(5, "recorders killed", kills, "");
    report.figure(5, "records per second", rate, "");
    report.figure(5, "records", static_cast<double>(made), "");
    report.atMost(5, "records lost", static_cast<double>(made) - received, 0, "");
    report.atMost(5, "records doubled", doubled, 0, "");
    report.atMost(4, "ranks whose books don't balance, recorders killed", unbalanced, 0, "");
    report.atMost(4, "records declared lost, recorders killed", declared, 0, "");
    return report.exitCode();
}
