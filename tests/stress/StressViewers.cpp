// SPDX-License-Identifier: Apache-2.0
// Viewers that are slow, stopped and cut off, for as long as one likes: what they cost the ranks
// (promise 6), how soon a dead link is noticed and healed (promise 7), and whether they see what is
// in the file (promise 16).

#include "tests/stress/Report.h"
#include "tests/support/FaultProxy.h"
#include "tests/support/Rank.h"
#include "tests/support/RecordProcess.h"
#include "tests/support/StateHash.h"
#include "tests/support/Stored.h"
#include "tests/unit/view/FakeRows.h"
#include "tests/unit/view/Follower.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <future>

using namespace rankscope;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using test::Fault;

namespace {

constexpr int kViewers = 16, kStopped = 4, kRanks = 8;

double seconds(Clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

double quantile(std::vector<double> values, double q) {
    if (values.empty()) {
        return 0;
    }
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

/// Steps of all ranks, a step every 10 ms; the time from a record's making to its acknowledgement.
std::vector<double> train(std::vector<std::unique_ptr<test::Rank>>& ranks, Clock::duration time) {
    std::vector<double> latencies;
    std::deque<std::pair<std::uint64_t, Clock::time_point>> open; // of the first rank
    const auto end = Clock::now() + time;
    for (auto next = Clock::now(); next < end || !open.empty();) {
        if (next < end && Clock::now() >= next) {
            for (const auto& rank : ranks) {
                rank->step();
            }
            open.emplace_back(ranks.front()->last(), Clock::now());
            next += 10ms;
        }
        for (const auto& rank : ranks) {
            rank->pump();
        }
        while (!open.empty() && open.front().first <= ranks.front()->committed()) {
            latencies.push_back(seconds(Clock::now() - open.front().second) * 1000);
            open.pop_front();
        }
        ranks.front()->pump(1);
        if (Clock::now() > end + 60s) {
            break; // what is open then is told by the records that are missing
        }
    }
    return latencies;
}

QString viewing(test::RecordProcess& recorder) {
    const QString mark = "viewing ";
    for (int i = 0; i < 300 && !recorder.log().contains(mark); ++i) {
        std::this_thread::sleep_for(10ms);
        QCoreApplication::processEvents();
    }
    const QString rest = recorder.log().mid(recorder.log().indexOf(mark) + mark.size());
    const QString line = rest.left(rest.indexOf('\n'));
    return line.left(line.indexOf(' ')); // a remark may follow
}

/// What a viewer that comes now has of every step, beside the file.
std::size_t compareStates(stress::Report& report, const QString& address, const QString& file) {
    auto remote = engine::RunReader::open(address.toStdString());
    auto replay = engine::RunReader::open(file.toStdString());
    if (!remote || !(*remote)->readAll() || !replay || !(*replay)->readAll()) {
        report.atMost(16, "viewers that could not read", 1, 0, "viewers");
        return 0;
    }
    const auto expected = test::statesOf(**replay);
    const auto seen = test::statesOf(**remote);
    std::size_t differ = 0;
    for (const auto& [step, state] : expected) {
        const auto same = seen.find(step);
        differ += same != seen.end() && same->second == state ? 0 : 1;
    }
    report.atMost(16, "steps that differ in a bit", double(differ), 0, "steps");
    return expected.size();
}

/// Half the time without viewers, half with 16 that read all from the beginning, of which 4 are
/// stopped at once.
void slowViewers(stress::Report& report, Clock::duration time) {
    const QTemporaryDir folder;
    const QString file = folder.filePath("run.rankscope");
    test::RecordProcess recorder;
    const std::string endpoint = recorder.record(file, "tcp://127.0.0.1:0");
    std::vector<std::unique_ptr<test::Rank>> ranks;
    for (std::uint32_t rank = 0; rank < kRanks; ++rank) {
        ranks.push_back(
            std::make_unique<test::Rank>(endpoint, test::Rank::hello(rank + 1, rank, kRanks)));
    }
    const auto alone = train(ranks, time / 2);
    std::vector<std::unique_ptr<QProcess>> viewers;
    const QString address = viewing(recorder);
    for (int i = 0; i < kViewers; ++i) {
        viewers.push_back(std::make_unique<QProcess>());
        viewers.back()->start(QCoreApplication::applicationDirPath() + "/../tests/Viewer",
                              {address});
        viewers.back()->waitForReadyRead(10'000);
        if (i < kStopped) {
            ::kill(static_cast<pid_t>(viewers.back()->processId()), SIGSTOP);
        }
    }
    const auto watched = train(ranks, time / 2);
    report.figure(16, "steps compared, over the network and in the file",
                  double(compareStates(report, address, file)), "steps");
    std::uint64_t made = 0;
    for (const auto& rank : ranks) {
        made += rank->last();
    }
    for (const auto& viewer : viewers) {
        viewer->kill();
        viewer->waitForFinished(10'000);
    }
    recorder.signal(SIGTERM);
    recorder.wait();
    const auto stored = test::readStored(file.toStdString());
    std::uint64_t kept = 0;
    for (const auto& [incarnation, stream] : stored.streams) {
        kept += stream.received.size();
    }
    report.figure(6, "records while 16 viewers look, 4 of them stopped", double(made), "records");
    report.atMost(6, "records that the recorder lost", double(made) - double(kept), 0, "records");
    report.figure(6, "acknowledged without viewers, median", quantile(alone, .5), "ms");
    report.figure(6, "acknowledged with them, median", quantile(watched, .5), "ms");
    report.figure(6, "acknowledged without viewers, p99", quantile(alone, .99), "ms");
    report.figure(6, "acknowledged with them, p99", quantile(watched, .99), "ms");
}

struct Worst {
    int faults = 0, unnoticed = 0, unhealed = 0, wrong = 0;
    double noticed = 0, healed = 0;
};

/// One viewer that suffers one kind of fault again and again, a little longer every time.
Worst suffer(Fault fault, Clock::time_point end) {
    const auto session = std::make_shared<test::FakeSession>();
    session->commit(10, 100'000);
    const auto server = test::serve(session);
    test::FaultProxy proxy(server->endpoint());
    test::Follower viewer(proxy.endpoint());
    Worst worst;
    if (!viewer.attached() || !viewer.until([&](bool) { return viewer.next() == 10; })) {
        worst.unhealed = 1;
        return worst;
    }
    do {
        proxy.set(fault);
        session->commit(10, 100'000);
        const auto noticed = viewer.until([](bool up) { return !up; });
        const auto stay = Clock::now() + worst.faults % 8 * 2s;
        (void)viewer.until([&](bool) { return Clock::now() >= stay; });
        session->commit(10, 100'000);
        const std::int64_t all = session->total();
        proxy.set(Fault::None);
        const auto healed = viewer.until([&](bool up) { return up && viewer.next() == all; });
        ++worst.faults;
        worst.unnoticed += noticed ? 0 : 1;
        worst.unhealed += healed ? 0 : 1;
        worst.wrong += viewer.inOrder() ? 0 : 1;
        worst.noticed = std::max(worst.noticed, seconds(noticed.value_or(30s)));
        worst.healed = std::max(worst.healed, seconds(healed.value_or(30s)));
    } while (Clock::now() < end);
    return worst;
}

void deadLinks(stress::Report& report, Clock::duration time) {
    const auto end = Clock::now() + time;
    std::vector<std::future<Worst>> running;
    for (const Fault fault : {Fault::Reset, Fault::BlackHole, Fault::HalfClose, Fault::Drip}) {
        running.push_back(std::async(std::launch::async, suffer, fault, end));
    }
    Worst worst;
    for (auto& one : running) {
        const Worst of = one.get();
        worst.faults += of.faults;
        worst.wrong += of.wrong;
        worst.noticed = std::max(worst.noticed, of.noticed);
        worst.healed = std::max(worst.healed, of.healed);
        worst.unhealed += of.unhealed + of.unnoticed;
    }
    report.figure(7, "resets, black holes, half-closes and drips of a viewer's link", worst.faults,
                  "faults");
    report.atMost(7, "noticed after at most", worst.noticed, 10, "s");
    report.atMost(7, "healed after at most", worst.healed, 15, "s");
    report.atMost(7, "never noticed or healed", worst.unhealed, 0, "faults");
    report.atMost(7, "with a gap or a double afterwards", worst.wrong, 0, "faults");
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    stress::Report report(argc, argv);
    const auto time = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double, std::ratio<60>>(report.minutes()));
    slowViewers(report, time / 2);
    deadLinks(report, time / 2);
    return report.exitCode();
}
