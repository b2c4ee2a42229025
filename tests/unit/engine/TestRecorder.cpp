// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/ResumedRun.h"
#include "app/engine/blocks/StepList.h"
#include "app/engine/record/Recorder.h"
#include "tests/support/Rank.h"
#include "tests/support/Stored.h"
#include "transport/link/ConnectionFile.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace rankscope;
using namespace std::chrono_literals;
using engine::Recorder;
using test::pumpUntil;
using test::Rank;

class TestRecorder : public QObject {
    Q_OBJECT

  private slots:
    void init();
    void storesWhatRanksSend();
    void keepsASummaryBesideTheRecords();
    void takesRanksWithoutARunIntoItsOwn();
    void refusesARankOfAnotherRun();
    void refusesAFileOfAnotherRun();
    void refusesAFileThatIsBeingRecorded();
    void leavesTheConnectionFileOfOneThatRuns();
    void goesOnWithAFileOfTheSameRun();
    void knowsARankThatTheCollectorForgot();
    void refusesAFileWhoseNamelessRunIsOver();
    void goesOnWithANamelessRunThatIsNotOver();
    void leavesNoFileBehindWhenItCannotListen();
    void keepsTheOldFileWhenItCannotListen();

  private:
    std::unique_ptr<Recorder> record(const std::string& run = {}) {
        auto started = Recorder::start(options(run));
        return started ? std::move(*started) : nullptr;
    }
    Recorder::Options options(const std::string& run = {}) const {
        Recorder::Options made;
        made.file = m_dir->filePath("run.rankscope").toStdString();
        made.runId = run;
        made.link.endpoint = "tcp://127.0.0.1:0";
        made.link.commitEvery = 5ms;
        return made;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestRecorder::init() {
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

void TestRecorder::storesWhatRanksSend() {
    const auto recorder = record();
    QVERIFY(recorder);
    Rank one(recorder->endpoint(), Rank::hello(1, 0, 2));
    Rank two(recorder->endpoint(), Rank::hello(2, 1, 2));
    for (int i = 0; i < 50; ++i) {
        one.step();
        two.step();
    }
    two.lose(3);
    one.leave();
    two.leave();
    QVERIFY(pumpUntil({&one, &two}, [&] { return one.gone() && two.gone(); }));
    QVERIFY(pumpUntil({&one, &two}, [&] { return recorder->runEnded(); }));
    QVERIFY(recorder->stop());
    QCOMPARE(recorder->statistics().records, 100U);
    QCOMPARE(recorder->statistics().declaredLost, 3U);

    auto stored = test::readStored(recorder->file());
    QVERIFY(stored.readable);
    QCOMPARE(stored.streams.size(), std::size_t{2});
    QCOMPARE(stored.streams[IncarnationId{1}].received.size(), std::size_t{50});
    QCOMPARE(stored.streams[IncarnationId{2}].lostBy[wire::GapCause::RingFull], 3U);
    for (const auto& [incarnation, stream] : stored.streams) {
        QVERIFY(stream.identityHolds());
        QCOMPARE(stream.hellos, 1);
        QCOMPARE(stream.byes, 1);
    }
}

/// Also of what an earlier recorder stored.
void TestRecorder::keepsASummaryBesideTheRecords() {
    std::uint64_t blocks = 0;
    for (int turn = 0; turn < 2; ++turn) {
        const auto recorder = record("run-1");
        QVERIFY(recorder);
        Rank one(recorder->endpoint(), Rank::hello(1 + static_cast<std::uint64_t>(turn), 0, 1));
        QVERIFY(pumpUntil({&one}, [&] { return one.welcomed(); }));
        for (int i = 0; i < 300 * (turn + 1); ++i) { // the second goes on behind the first
            one.step();
        }
        QVERIFY(pumpUntil({&one}, [&] { return one.allCommitted(); }));
        QVERIFY(recorder->stop());
        const auto reader = session::SessionReader::open(recorder->file());
        QVERIFY(reader);
        std::uint64_t steps = 0;
        const auto stored = engine::readStored(
            **reader, [&](engine::BlockSummary&& block) { steps += block.steps.size(); });
        QVERIFY(stored && *stored);
        QVERIFY((*stored)->digest.blocks > blocks);
        blocks = (*stored)->digest.blocks;
        QCOMPARE(steps, blocks * engine::StepList::kBlock);
        QCOMPARE((*stored)->table.hellos().size(), static_cast<std::size_t>(turn + 1));
    }
}

void TestRecorder::takesRanksWithoutARunIntoItsOwn() {
    const auto recorder = record();
    Rank named(recorder->endpoint(), Rank::hello(1, 0, 2, "job-7"));
    QVERIFY(pumpUntil({&named}, [&] { return named.welcomed(); }));
    Rank nameless(recorder->endpoint(), Rank::hello(2, 1, 2));
    nameless.step();
    QVERIFY(pumpUntil({&named, &nameless}, [&] { return nameless.allCommitted(); }));
    QCOMPARE(named.run(), std::string("job-7"));
    QCOMPARE(nameless.run(), std::string("job-7"));
    QVERIFY(recorder->stop());
    const auto reader = session::SessionReader::open(recorder->file());
    QVERIFY(reader);
    QCOMPARE((*reader)->head()->runId, std::string("job-7"));
}

void TestRecorder::refusesARankOfAnotherRun() {
    const auto recorder = record("job-7");
    Rank stranger(recorder->endpoint(), Rank::hello(1, 0, 1, "job-8"));
    stranger.step();
    Rank ours(recorder->endpoint(), Rank::hello(2, 0, 1, "job-7"));
    ours.step();
    QVERIFY(pumpUntil({&stranger, &ours},
                      [&] { return !stranger.refusal().empty() && ours.committed() == 1; }));
    QVERIFY(stranger.refusal().find("job-7") != std::string::npos);
    QVERIFY(stranger.refusal().find("job-8") != std::string::npos);
    QVERIFY(recorder->stop());
    QCOMPARE(test::readStored(recorder->file()).streams.size(), std::size_t{1});
}

void TestRecorder::refusesAFileOfAnotherRun() {
    QVERIFY(record("job-7")->stop());
    const auto other = Recorder::start(options("job-8"));
    QVERIFY(!other);
    QCOMPARE(other.error().code, ErrorCode::Conflict);
    auto anew = options("job-8");
    anew.overwrite = true;
    QVERIFY(Recorder::start(anew));
}

void TestRecorder::refusesAFileThatIsBeingRecorded() {
    const auto first = record();
    const auto second = Recorder::start(options());
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Busy);
    QVERIFY(first->stop());
}

/// Whatever it is that keeps another from starting.
void TestRecorder::leavesTheConnectionFileOfOneThatRuns() {
    auto guarded = options("job-7");
    guarded.connection = m_dir->filePath("run.json").toStdString();
    guarded.view = "tcp://127.0.0.1:0";
    const auto first = Recorder::start(guarded);
    QVERIFY(first);
    const auto written = link::readConnection(guarded.connection);
    QVERIFY(written);
    QCOMPARE(written->endpoint, (*first)->endpoint());
    auto other = guarded;
    other.file = m_dir->filePath("other.rankscope").toStdString();
    other.runId = "job-8";
    other.connection.clear();
    QVERIFY(Recorder::start(other).value()->stop());
    other.connection = guarded.connection;
    other.runId = "job-9"; // the file is of another run: Conflict; the first one's is held: Busy
    for (const auto& refused : {guarded, other}) {
        QVERIFY(!Recorder::start(refused));
        const auto kept = link::readConnection(guarded.connection);
        QVERIFY(kept && *kept == *written);
    }
    QVERIFY(QDir(m_dir->path()).entryList({"*.new"}, QDir::Files).isEmpty());
    QVERIFY((*first)->stop());
}

void TestRecorder::goesOnWithAFileOfTheSameRun() {
    auto recorder = record("job-7");
    auto again = options();
    again.link.endpoint = recorder->endpoint();
    Rank rank(recorder->endpoint(), Rank::hello(1, 0, 1));
    rank.step();
    rank.lose(2);
    rank.step();
    QVERIFY(pumpUntil({&rank}, [&] { return rank.committed() == 4; }));
    recorder.reset();
    rank.step();
    recorder = std::move(Recorder::start(again).value());
    rank.leave();
    QVERIFY(pumpUntil({&rank}, [&] { return rank.gone(); }));
    QCOMPARE(rank.run(), std::string("job-7"));
    QCOMPARE(rank.welcomes(), 2U);
    QCOMPARE(recorder->statistics().records, 1U);
    QVERIFY(recorder->stop());
    auto stored = test::readStored(recorder->file());
    QVERIFY(stored.streams[IncarnationId{1}].identityHolds());
    QCOMPARE(stored.streams[IncarnationId{1}].received.size(), std::size_t{3});
    QCOMPARE(stored.streams[IncarnationId{1}].hellos, 1);
    QCOMPARE(stored.streams[IncarnationId{1}].byes, 1);
}

/// The file's books know more than at the start by then.
void TestRecorder::knowsARankThatTheCollectorForgot() {
    auto tight = options();
    tight.link.peers = 2;
    const auto started = Recorder::start(tight);
    QVERIFY(started);
    Recorder& recorder = **started;
    for (std::uint64_t incarnation = 1; incarnation <= 5; ++incarnation) {
        Rank rank(recorder.endpoint(), Rank::hello(incarnation, 0, 1));
        rank.step();
        rank.leave();
        QVERIFY(pumpUntil({&rank}, [&] { return rank.gone(); }));
    }
    Rank again(recorder.endpoint(), Rank::hello(1, 0, 1));
    QVERIFY(pumpUntil({&again}, [&] { return again.welcomed(); }));
    QCOMPARE(again.committed(), 1U);
    auto changed = Rank::hello(2, 0, 1);
    changed.name = "by another name";
    Rank knowsMore(recorder.endpoint(), changed);
    QVERIFY(pumpUntil({&knowsMore}, [&] { return knowsMore.welcomed(); }));
    QVERIFY(recorder.stop());
    auto stored = test::readStored(recorder.file());
    QCOMPARE(stored.streams.size(), std::size_t{5});
    for (const auto& [incarnation, stream] : stored.streams) {
        QCOMPARE(stream.received.size(), std::size_t{1});
        QCOMPARE(stream.hellos, incarnation == IncarnationId{2} ? 2 : 1);
        QCOMPARE(stream.byes, 1);
        QVERIFY(stream.lost.empty() && stream.identityHolds());
    }
    const auto verdict = session::verify(recorder.file());
    QVERIFY(verdict && verdict->damage.empty());
}

void TestRecorder::refusesAFileWhoseNamelessRunIsOver() {
    auto recorder = record();
    QVERIFY(!recorder->held());
    Rank left(recorder->endpoint(), Rank::hello(1, 0, 2));
    Rank right(recorder->endpoint(), Rank::hello(2, 1, 2));
    left.step();
    right.step();
    left.leave();
    right.leave();
    QVERIFY(pumpUntil({&left, &right}, [&] { return left.gone() && right.gone(); }));
    QVERIFY(recorder->stop());
    recorder.reset();
    const auto again = Recorder::start(options());
    QVERIFY(!again);
    QCOMPARE(again.error().code, ErrorCode::Conflict);
    QVERIFY(again.error().advice.find("--overwrite") != std::string::npos);
    QCOMPARE(test::readStored(options().file).streams.size(), std::size_t{2});
    auto anew = options();
    anew.overwrite = true;
    QVERIFY(Recorder::start(anew));
}

void TestRecorder::goesOnWithANamelessRunThatIsNotOver() {
    auto recorder = record();
    auto again = options();
    again.link.endpoint = recorder->endpoint();
    Rank left(recorder->endpoint(), Rank::hello(1, 0, 2));
    Rank right(recorder->endpoint(), Rank::hello(2, 1, 2));
    left.step();
    left.leave();
    right.step();
    QVERIFY(pumpUntil({&left, &right}, [&] { return left.gone() && right.committed() == 1; }));
    recorder.reset();
    right.step();
    recorder = std::move(Recorder::start(again).value());
    QVERIFY(recorder->held());
    QCOMPARE(recorder->held()->records, 2U);
    QVERIFY(recorder->held()->runId.empty());
    QVERIFY(pumpUntil({&right}, [&] { return right.committed() == 2; }));
}

void TestRecorder::leavesNoFileBehindWhenItCannotListen() {
    auto open = options();
    open.link.endpoint = "tcp://0.0.0.0:0";
    const auto refused = Recorder::start(open);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Usage);
    QVERIFY(QDir(m_dir->path()).isEmpty());
}

void TestRecorder::keepsTheOldFileWhenItCannotListen() {
    QVERIFY(record("job-7")->stop());
    auto elsewhere = options();
    elsewhere.file = m_dir->filePath("other.rankscope").toStdString();
    const auto busy = Recorder::start(elsewhere);
    QVERIFY(busy);
    auto anew = options("job-8");
    anew.overwrite = true;
    anew.link.endpoint = (*busy)->endpoint();
    const auto refused = Recorder::start(anew);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Busy);
    const auto old = session::SessionReader::open(anew.file);
    QVERIFY(old);
    QCOMPARE((*old)->head()->runId, std::string("job-7"));
}

QTEST_GUILESS_MAIN(TestRecorder)
#include "TestRecorder.moc"
