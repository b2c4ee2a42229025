// SPDX-License-Identifier: Apache-2.0
// Session files under attack: failing disks, killed writers, cuts, flipped bits.
#include "tests/stress/Report.h"
#include "tests/support/DamagedSession.h"
#include "tests/support/SampleRun.h"
#include "tests/support/SessionFaults.h"
#include "tests/support/WritingProcess.h"
#include "transport/session/Copies.h"

#include <chrono>
#include <random>

using namespace rankscope;
using namespace rankscope::session::samples;
using namespace rankscope::support;
using session::SessionReader;
using session::SessionWriter;

namespace {

using Clock = std::chrono::steady_clock;

class Folder {
  public:
    Folder() {
        std::string name = std::filesystem::is_directory("/dev/shm") ? "/dev/shm/stress-XXXXXX"
                                                                     : "/tmp/stress-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) {
            std::abort();
        }
        m_path = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(m_path); }
    [[nodiscard]] std::filesystem::path file(const char* name) const { return m_path / name; }

  private:
    std::filesystem::path m_path;
};

/// Ends after its share of the program's time.
class Share {
  public:
    Share(const stress::Report& report, double part)
        : m_end(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(60 * report.minutes() * part))) {}
    [[nodiscard]] bool isOver() const { return Clock::now() >= m_end; }

  private:
    Clock::time_point m_end;
};

void complain(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
}

/// Every kind of fault at every write of longer and longer runs.
void failingDisks(stress::Report& report, const Folder& folder) {
    const Share share(report, 0.3);
    int faults = 0;
    int wrong = 0;
    for (std::uint64_t steps = 40; !share.isOver(); steps *= 2) {
        FaultyRecording recording(folder.file("faulty"), run(steps, true));
        for (const DiskFault fault :
             {DiskFault::Error, DiskFault::Full, DiskFault::Short, DiskFault::Sync}) {
            for (const bool lasting : {false, true}) {
                for (std::int64_t at = 1; !share.isOver(); ++at) {
                    if (const auto bad = recording.run(fault, at, lasting)) {
                        complain("operation " + std::to_string(at) + ": " + *bad);
                        ++wrong;
                    }
                    if (!recording.hasFailed()) {
                        break;
                    }
                    ++faults;
                }
            }
        }
    }
    report.figure(11, "writes and syncs that failed (EIO, ENOSPC, short, fsync)", faults, "");
    report.atMost(11, "of them: lost a committed record or the file's soundness", wrong, 0, "");
}

/// A writer that is killed at any moment; the next one continues its file.
void killedWriters(stress::Report& report, const Folder& folder) {
    const Share share(report, 0.3);
    constexpr std::size_t kPerCommit = 50;
    const std::vector<wire::Event> events = run(20'000, true);
    const std::vector<wire::Event> expected = withoutSketches(events);
    std::mt19937 random(11);
    std::size_t before = 0;
    int kills = 0;
    int wrong = 0;
    while (!share.isOver()) {
        if (before + 200 * kPerCommit > events.size()) {
            std::filesystem::remove(folder.file("killed"));
            before = 0;
        }
        WritingProcess process(folder.file("killed"),
                               {events.begin() + static_cast<std::ptrdiff_t>(before), events.end()},
                               kPerCommit);
        const int wanted = 1 + static_cast<int>(random() % 60);
        std::size_t committed = static_cast<std::size_t>(process.awaitCommits(wanted));
        usleep(static_cast<useconds_t>(random() % 2000));
        process.kill();
        committed += static_cast<std::size_t>(process.awaitCommits(1 << 20)); // what it still said
        std::vector<wire::Event> stored;
        const auto reader = SessionReader::open(folder.file("killed"));
        while (reader && (*reader)->read(stored).value_or(false)) {
        }
        const auto verdict = session::verify(folder.file("killed"));
        // The last commit of a run is smaller.
        const std::size_t least = std::min(before + committed * kPerCommit, events.size());
        if (stored.size() < least || !isPrefix(stored, expected) || !verdict ||
            !verdict->damage.empty()) {
            complain("a killed writer left " + std::to_string(stored.size()) + " messages of " +
                     std::to_string(least) + " committed");
            ++wrong;
        }
        before = stored.size();
        ++kills;
    }
    report.figure(11, "writers killed", kills, "");
    report.atMost(11, "of them: lost a committed record or the file's soundness", wrong, 0, "");
}

struct Sound {
    std::filesystem::path path;
    Content bytes;
    std::vector<wire::Event> events;
    std::vector<session::Derived> derived;
};

/// With everything in it that a session can have.
Sound soundSession(const Folder& folder) {
    Sound sound;
    sound.path = folder.file("sound");
    std::vector<wire::Event> events = run(120, true);
    events.emplace_back(
        wire::Gap{IncarnationId(1000), RankId(0), Seq(121), Seq(130), wire::GapCause::RingFull});
    events.emplace_back(wire::Bye{IncarnationId(1000), RankId(0), Seq(130)});
    for (std::int64_t number = 0; number < 5; ++number) {
        sound.derived.push_back(
            {session::DerivedKind::Curves, number,
             session::Bytes(200 + static_cast<std::size_t>(number), std::byte(0x5a))});
    }
    for (std::size_t at = 0; at < events.size(); at += 40) { // a chunk for every 40
        const auto writer = SessionWriter::open(sound.path, "run", {.sketchBytes = 30'000});
        (*writer)->append(
            std::span(events).subspan(at, std::min<std::size_t>(40, events.size() - at)));
        (*writer)->keep(sound.derived);
        if (!(*writer)->close()) {
            std::abort();
        }
    }
    sound.bytes = contentOf(sound.path);
    sound.events = withoutSketches(events);
    return sound;
}

/// Every value that the file still gives is one that was recorded, and whatever is missing is told.
bool isHonest(const std::filesystem::path& path, const Sound& sound, std::uint32_t dice,
              std::size_t* lost = nullptr) {
    const Rest rest = readRest(path);
    if (lost != nullptr) {
        *lost = sound.events.size() - std::min(sound.events.size(), rest.events.size());
    }
    if (!isPartOf(rest.events, sound.events) ||
        (rest.events != sound.events &&
         (rest.verified || (rest.opened && rest.damagedChunks == 0)))) {
        return false;
    }
    const auto reader = SessionReader::open(path);
    if (!reader) {
        return !rest.verified;
    }
    const Step step(dice % 120);
    for (const auto& one :
         (*reader)->sketches(step).value_or(std::vector<SessionReader::StoredSketch>())) {
        if (!(one.sketch == *record(one.rank.value(), step.value() + 1, true).sketch)) {
            return false;
        }
    }
    const auto derived = (*reader)
                             ->derived(session::DerivedKind::Curves, 0, 100)
                             .value_or(std::vector<session::Derived>());
    for (const session::Derived& one : derived) {
        if (one.number > 4 || one.data != sound.derived[std::size_t(one.number)].data) {
            return false;
        }
    }
    return true;
}

void cuts(stress::Report& report, const Folder& folder, const Sound& sound) {
    const Share share(report, 0.2);
    const std::filesystem::path path = folder.file("cut");
    // Every byte, but in an order that covers the file evenly when there is not time for all.
    const std::size_t size = sound.bytes.size();
    constexpr std::size_t kStride = 7919;
    std::size_t done = 0;
    std::size_t unnoticed = 0;
    std::size_t rescued = 0;
    std::size_t opened = 0;
    for (std::size_t at = 0; done < size && !share.isOver(); ++done, at = (at + kStride) % size) {
        put(path, std::span(sound.bytes).first(at));
        const Rest rest = readRest(path);
        if (rest.verified || !isHonest(path, sound, static_cast<std::uint32_t>(at))) {
            complain("cut at byte " + std::to_string(at));
            ++unnoticed;
        }
        if (done % 16 == 0 && rest.opened) {
            ++opened;
            const auto saved =
                session::recover(path, folder.file("saved"), {session::Existing::Replace, {}});
            rescued += saved && readRest(folder.file("saved")).verified ? 1 : 0;
        }
    }
    report.figure(12, "cuts of a session, at different bytes", static_cast<double>(done), "");
    report.figure(12, "of all bytes that it has",
                  100 * static_cast<double>(done) / static_cast<double>(size), "%");
    report.atMost(12, "cuts unnoticed, or with a changed value", static_cast<double>(unnoticed), 0,
                  "");
    report.atLeast(12, "recovered, of the cut sessions that can be opened",
                   opened == 0 ? 0
                               : 100 * static_cast<double>(rescued) / static_cast<double>(opened),
                   100, "%");
}

void flips(stress::Report& report, const Folder& folder, const Sound& sound) {
    const Share share(report, 0.2);
    const std::filesystem::path path = folder.file("flipped");
    std::mt19937 random(12);
    std::size_t done = 0;
    std::size_t unnoticed = 0;
    std::size_t allLost = 0;
    std::size_t mostLost = 0; // of files that can be opened
    for (; !share.isOver(); ++done) {
        Content broken = sound.bytes;
        const std::size_t at = random() % broken.size();
        broken[at] = static_cast<char>(broken[at] ^ static_cast<char>(1U << random() % 8));
        put(path, broken);
        std::size_t lost = 0;
        if (!isHonest(path, sound, static_cast<std::uint32_t>(random()), &lost)) {
            complain("a bit of byte " + std::to_string(at));
            ++unnoticed;
        }
        allLost += lost;
        mostLost = std::max(mostLost, lost < sound.events.size() ? lost : 0);
    }
    const auto messages = static_cast<double>(sound.events.size());
    report.figure(12, "flipped bits", static_cast<double>(done), "");
    report.figure(12, "lost by a flipped bit, on average",
                  100 * static_cast<double>(allLost) / static_cast<double>(done) / messages, "%");
    report.figure(12, "lost by a flipped bit, at most (but where none is left)",
                  100 * static_cast<double>(mostLost) / messages, "%");
    report.atMost(12, "flips with a changed value, or an unnoticed loss",
                  static_cast<double>(unnoticed), 0, "");
}

} // namespace

int main(int argc, char** argv) {
    stress::Report report(argc, argv);
    const Folder folder;
    failingDisks(report, folder);
    killedWriters(report, folder);
    const Sound sound = soundSession(folder);
    cuts(report, folder, sound);
    flips(report, folder, sound);
    return report.exitCode();
}
