// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/session/Sessions.h"
#include "transport/session/FileSystem.h"

#include <QTemporaryDir>
#include <bit>
#include <fstream>
#include <limits>

using namespace rankscope;
using namespace rankscope::session;
using namespace rankscope::session::samples;

class TestSession : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory;
    int m_files = 0;

    std::filesystem::path newPath() {
        return std::filesystem::path(m_directory.path().toStdString()) /
               ("session " + std::to_string(++m_files) + "#?%.rankscope");
    }

    static ErrorCode openError(const std::filesystem::path& path, const std::string& run) {
        const auto writer = SessionWriter::open(path, run, {});
        if (writer) {
            qFatal("opened");
        }
        return writer.error().code;
    }

  private slots:
    void whatIsWrittenIsReadInOrder() {
        const auto path = newPath();
        std::vector<wire::Event> events = run(50, true);
        events.emplace_back(
            wire::Gap{IncarnationId(1000), RankId(0), Seq(51), Seq(60), wire::GapCause::RingFull});
        events.emplace_back(wire::Bye{IncarnationId(1000), RankId(0), Seq(60)});
        write(path, events, 7);
        QVERIFY(readAll(path) == withoutSketches(events));
        QVERIFY(valueOf(verify(path)).damage.empty());
        QCOMPARE(valueOf(verify(path)).records, std::uint64_t(200));
        QCOMPARE(valueOf(verify(path)).declaredLost, std::uint64_t(10));
    }

    void aClosedSessionIsOneFile() {
        const auto path = newPath();
        write(path, run(3));
        for (const char* suffix : {"-wal", "-shm", "-journal", "-lock"}) {
            QVERIFY2(!std::filesystem::exists(path.string() + suffix), suffix);
        }
        const auto info = valueOf(valueOf(SessionReader::open(path))->head());
        QCOMPARE(info.runId, std::string("run"));
        QCOMPARE(info.formatVersion, 2);
        QVERIFY(!info.beingWritten);
        QVERIFY(info.createdUnixNs > 1'600'000'000'000'000'000);
        QCOMPARE(info.bytes, std::uint64_t(std::filesystem::file_size(path)));
        QVERIFY(info.createdBy.starts_with("rankscope "));
    }

    void readingComesInPieces() {
        const auto path = newPath();
        writeChunks(path, run(100), 10);
        const auto reader = valueOf(SessionReader::open(path));
        std::vector<wire::Event> events;
        int pieces = 0;
        while (valueOf(reader->read(events, 25))) {
            ++pieces;
            QCOMPARE(reader->share(),
                     static_cast<double>(events.size()) / static_cast<double>(run(100).size()));
        }
        QVERIFY(events == run(100));
        QCOMPARE(reader->share(), 1.0);
        QVERIFY(pieces >= 14 && pieces <= 17);
        reader->rewind();
        QVERIFY(readAll(*reader) == run(100));
    }

    void nonFiniteValuesKeepEveryBit() {
        const auto path = newPath();
        std::vector<wire::Event> events{hello(0)};
        std::uint64_t seq = 0;
        for (const std::uint64_t pattern : {0x7ff8dead'beef0001ULL, 0xfff0000000000000ULL,
                                            0x7ff0000000000001ULL, 0x8000000000000000ULL}) {
            wire::StepRecord step = record(0, ++seq);
            step.loss = std::bit_cast<double>(pattern);
            events.emplace_back(step);
        }
        write(path, events);
        const auto back = readAll(path);
        for (std::size_t i = 1; i < events.size(); ++i) {
            QCOMPARE(
                quint64(std::bit_cast<std::uint64_t>(*std::get<wire::StepRecord>(back[i]).loss)),
                quint64(std::bit_cast<std::uint64_t>(*std::get<wire::StepRecord>(events[i]).loss)));
        }
    }

    void aRunIsContinued() {
        const auto path = newPath();
        const auto all = run(20);
        const std::vector<wire::Event> first(all.begin(), all.begin() + 40);
        write(path, first);
        {
            const auto writer = valueOf(SessionWriter::open(path, "run", {}));
            QCOMPARE(writer->runId(), std::string("run"));
            QCOMPARE(writer->progress().size(), std::size_t(4));
            for (const Progress& progress : writer->progress()) {
                QVERIFY(progress.hello == hello(progress.hello.rank.value()));
                QCOMPARE(progress.last.value(), std::uint64_t(9));
                QCOMPARE(progress.received, std::uint64_t(9));
                QVERIFY(!progress.bye);
            }
            writer->append(all); // the first 40 are there already
            valueOf(writer->commit());
            valueOf(writer->close());
        }
        QVERIFY(readAll(path) == all);
        QVERIFY(valueOf(verify(path)).damage.empty());
    }

    void anotherRunIsRefused() {
        const auto path = newPath();
        write(path, run(1));
        QCOMPARE(openError(path, "other"), ErrorCode::Conflict);
        QCOMPARE(valueOf(SessionWriter::open(path, "", {}))->runId(), std::string("run"));
        QVERIFY(readAll(path) == run(1));
    }

    void theRunIdMayComeLater() {
        const auto path = newPath();
        {
            const auto writer = valueOf(SessionWriter::open(path, "", {}));
            QCOMPARE(writer->runId(), std::string());
            valueOf(writer->setRunId("late"));
            QCOMPARE(writer->runId(), std::string("late"));
            QCOMPARE(writer->setRunId("other").error().code, ErrorCode::Conflict);
        }
        QCOMPARE(valueOf(valueOf(SessionReader::open(path))->head()).runId, std::string("late"));
    }

    void overwriteStartsAnew() {
        const auto path = newPath();
        write(path, run(30));
        {
            const auto writer = valueOf(SessionWriter::open(path, "other", {.overwrite = true}));
            QVERIFY(writer->progress().empty());
        }
        QVERIFY(readAll(path).empty());
    }

    void aSecondWriterIsRefusedAndToldWhoWrites() {
        const auto path = newPath();
        const auto writer = valueOf(SessionWriter::open(path, "run", {}));
        const auto second = SessionWriter::open(path, "run", {});
        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::Busy);
        QVERIFY(second.error().what.find(std::to_string(QCoreApplication::applicationPid())) !=
                std::string::npos);
        const auto overwriting = SessionWriter::open(path, "run", {.overwrite = true});
        QCOMPARE(overwriting.error().code, ErrorCode::Busy);
    }

    void holesAndRepeatsNeverGetIntoTheFile() {
        const auto path = newPath();
        std::vector<wire::Event> events{
            hello(0),
            record(0, 1),
            record(0, 4),
            record(0, 4),
            record(0, 2),
            hello(0),
            wire::Gap{IncarnationId(1000), RankId(0), Seq(3), Seq(6), wire::GapCause::RingFull},
            wire::Bye{IncarnationId(1000), RankId(0), Seq(8)}};
        write(path, events);
        const std::vector<wire::Event> expected{
            hello(0),
            record(0, 1),
            wire::Gap{IncarnationId(1000), RankId(0), Seq(2), Seq(3), wire::GapCause::Undeclared},
            record(0, 4),
            wire::Gap{IncarnationId(1000), RankId(0), Seq(5), Seq(6), wire::GapCause::RingFull},
            wire::Gap{IncarnationId(1000), RankId(0), Seq(7), Seq(8), wire::GapCause::Undeclared},
            wire::Bye{IncarnationId(1000), RankId(0), Seq(8)}};
        QVERIFY(readAll(path) == expected);
        const Verdict verdict = valueOf(verify(path));
        QVERIFY(verdict.damage.empty());
        QCOMPARE(verdict.records, std::uint64_t(2));
        QCOMPARE(verdict.declaredLost, std::uint64_t(6));
    }

    void sketchesOfAStep() {
        const auto path = newPath();
        std::vector<wire::Event> events = run(20, true);
        // Rank 2 repeats step 7 in a new incarnation.
        events.emplace_back(hello(2, 5555));
        for (std::uint64_t seq = 1; seq <= 8; ++seq) {
            events.emplace_back(record(2, seq, true, 5555));
        }
        write(path, events, 9);
        const auto reader = valueOf(SessionReader::open(path));
        const auto found = valueOf(reader->sketches(Step(7)));
        QCOMPARE(found.size(), std::size_t(5));
        for (const auto& one : found) {
            QVERIFY(one.sketch ==
                    *record(one.rank.value(), 8, true, one.incarnation.value()).sketch);
            QCOMPARE(one.seq.value(), std::uint64_t(8));
        }
        QCOMPARE(found.back().incarnation.value(), std::uint64_t(5555));
        QVERIFY(valueOf(reader->sketches(Step(20))).empty());
        QVERIFY(valueOf(reader->sketches(Step(~0ULL))).empty());
    }

    void aFileIsReadWhileItGrows() {
        const auto path = newPath();
        const auto writer = valueOf(SessionWriter::open(path, "run", {}));
        const auto reader = valueOf(SessionReader::open(path));
        QVERIFY(valueOf(reader->head()).beingWritten);
        std::vector<wire::Event> seen;
        QVERIFY(!valueOf(reader->read(seen)));
        const auto events = run(300);
        std::size_t at = 0;
        while (at < events.size()) {
            QVERIFY(!valueOf(reader->changed()));
            const std::size_t size = std::min<std::size_t>(37, events.size() - at);
            writer->append(std::span(events).subspan(at, size));
            QVERIFY(!valueOf(reader->read(seen)));
            QVERIFY(writer->pendingBytes() > 0);
            valueOf(writer->commit());
            QCOMPARE(writer->pendingBytes(), std::size_t(0));
            at += size;
            QVERIFY(valueOf(reader->changed()));
            QVERIFY(valueOf(reader->read(seen)));
            QCOMPARE(seen.size(), at);
        }
        QVERIFY(seen == events);
        valueOf(writer->close());
        QVERIFY(!valueOf(reader->head()).beingWritten);
        QVERIFY(readAll(path) == events);
        QCOMPARE(reader->damagedChunks(), std::uint64_t(0));
    }

    /// A recorder commits every few ms: the file must not be made of crumbs for that.
    void smallChunksAreMergedUnderTheReadersEyes() {
        const auto path = newPath();
        const auto events = run(500);
        const auto writer = valueOf(SessionWriter::open(path, "run", {}));
        const auto eager = valueOf(SessionReader::open(path));
        const auto lazy = valueOf(SessionReader::open(path));
        std::vector<wire::Event> seenEagerly;
        std::vector<wire::Event> seenLazily;
        for (std::size_t at = 0; at < events.size(); at += 4) {
            writer->append(std::span(events).subspan(at, 4));
            valueOf(writer->commit());
            QVERIFY(valueOf(eager->read(seenEagerly)));
            QCOMPARE(seenEagerly.size(), at + 4);
            if (at % 148 == 0) {
                QVERIFY(valueOf(lazy->read(seenLazily, 1)));
            }
        }
        valueOf(writer->close());
        while (valueOf(lazy->read(seenLazily))) {
        }
        QVERIFY(!valueOf(eager->read(seenEagerly)));
        QVERIFY(seenEagerly == events);
        QVERIFY(seenLazily == events);
        QVERIFY(readAll(path) == events);
        QCOMPARE(eager->damagedChunks() + lazy->damagedChunks(), std::uint64_t(0));
        const Verdict verdict = valueOf(verify(path));
        QVERIFY(verdict.damage.empty());
        QVERIFY(verdict.chunks <= 501 / 64 + 1);
    }

    void onANetworkThereIsNoWriteAheadLog() {
        QVERIFY(isNetworkType(0x6969) && isNetworkType(0xff534d42) && isNetworkType(0x0bd00bd0));
        QVERIFY(!isNetworkType(0xef53) && !isNetworkType(0x01021994)); // ext4, tmpfs
        const auto path = newPath();
        const auto events = run(100, true);
        SessionWriter::Options options;
        options.onNetwork = true;
        const auto writer = valueOf(SessionWriter::open(path, "run", options));
        QVERIFY(writer->warning().empty()); // the caller knows
        const auto reader = valueOf(SessionReader::open(path));
        std::vector<wire::Event> seen;
        for (std::size_t at = 0; at < events.size(); at += 101) {
            writer->append(std::span(events).subspan(at, 101));
            valueOf(writer->commit());
            QVERIFY(!std::filesystem::exists(path.string() + "-wal"));
            QVERIFY(valueOf(reader->changed()));
            QVERIFY(valueOf(reader->read(seen)));
        }
        valueOf(writer->close());
        QVERIFY(seen == withoutSketches(events));
        QVERIFY(!std::filesystem::exists(path.string() + "-journal"));
        QVERIFY(valueOf(verify(path)).damage.empty());
    }

    void aReadOnlyPlaceIsNoObstacle() {
        const QString place = m_directory.filePath("readonly");
        QVERIFY(QDir().mkdir(place));
        const auto path = std::filesystem::path(place.toStdString()) / "run.rankscope";
        write(path, run(5, true));
        std::filesystem::permissions(path, std::filesystem::perms(0444));
        std::filesystem::permissions(place.toStdString(), std::filesystem::perms(0555));
        QVERIFY(readAll(path) == run(5));
        QCOMPARE(std::distance(std::filesystem::directory_iterator(place.toStdString()), {}), 1);
        std::filesystem::permissions(place.toStdString(), std::filesystem::perms(0755));
    }

    void filesThatAreNotSessionsAreRefused() {
        const auto path = newPath();
        QCOMPARE(SessionReader::open(path).error().code, ErrorCode::Io);
        QCOMPARE(SessionReader::open(m_directory.path().toStdString()).error().code, ErrorCode::Io);
        std::ofstream(path) << std::string(5000, 'x');
        QCOMPARE(SessionReader::open(path).error().code, ErrorCode::Malformed);
        QCOMPARE(openError(path, "run"), ErrorCode::Malformed);
        QCOMPARE(std::filesystem::file_size(path), std::uintmax_t(5000));
        QCOMPARE(SessionWriter::open("/nonexistent/run", "run", {}).error().code, ErrorCode::Io);
    }
};

QTEST_GUILESS_MAIN(TestSession)
#include "TestSession.moc"
