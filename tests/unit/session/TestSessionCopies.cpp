// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/session/Sessions.h"
#include "tests/unit/session/Sql.h"
#include "transport/session/Copies.h"

#include <algorithm>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace rankscope;
using namespace rankscope::session;
using namespace rankscope::session::samples;

class TestSessionCopies : public QObject {
    Q_OBJECT

    Folder m_folder{scratch()};

    static std::size_t filesBeside(const std::filesystem::path& path) {
        std::size_t files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(path.parent_path())) {
            files += entry.path().string().starts_with(path.string()) ? 1 : 0;
        }
        return files;
    }

    static wire::Sketch largeSketch(std::uint32_t rank, std::uint64_t seq) {
        return {seq, 0.5F, std::vector<std::uint16_t>(1024, static_cast<std::uint16_t>(rank))};
    }

    /// Most memory that the work takes beyond what is taken already; 0 when it could not be told.
    template <class Work>
    static std::size_t peakBytes(Work work) {
        const pid_t child = fork();
        if (child == 0) {
            rusage before{}, after{};
            getrusage(RUSAGE_SELF, &before);
            work();
            getrusage(RUSAGE_SELF, &after);
            const int mebibytes = static_cast<int>((after.ru_maxrss - before.ru_maxrss) / 1024);
            _exit(std::min(mebibytes + 1, 255));
        }
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
            return 0;
        }
        return static_cast<std::size_t>(WEXITSTATUS(status)) << 20U;
    }

  private slots:
    void aSnapshotOfALiveSessionIsWholeAndOneFile() {
        const auto path = m_folder.newPath();
        const auto copy = m_folder.newPath();
        const auto events = run(50, true);
        const auto writer = valueOf(SessionWriter::open(path, "run", {}));
        writer->append(std::span(events).first(100));
        valueOf(writer->commit());
        valueOf(snapshot(path, copy));
        QCOMPARE(filesBeside(copy), std::size_t(1));
        writer->append(events);
        valueOf(writer->close());

        const auto stored = readAll(copy);
        QVERIFY(stored == withoutSketches({events.begin(), events.begin() + 100}));
        QVERIFY(valueOf(verify(copy)).damage.empty());
        QVERIFY(readAll(path) == withoutSketches(events));
        QCOMPARE(valueOf(valueOf(SessionReader::open(copy))->head()).runId, std::string("run"));
    }

    void aSoundSessionIsRecoveredAsItIs() {
        const auto path = m_folder.newPath();
        const auto saved = m_folder.newPath();
        std::vector<wire::Event> events = run(100, true);
        events.emplace_back(wire::Bye{IncarnationId(1001), RankId(1), Seq(100)});
        writeChunks(path, events, 50);
        const Recovered recovered = valueOf(recover(path, saved));
        QCOMPARE(recovered.records, std::uint64_t(400));
        QCOMPARE(recovered.lost, std::uint64_t(0));
        QCOMPARE(recovered.damagedChunks, std::uint64_t(0));
        QVERIFY(readAll(saved) == withoutSketches(events));
        for (std::uint64_t step = 0; step < 100; ++step) {
            const auto sketches =
                valueOf(valueOf(SessionReader::open(saved))->sketches(Step(step)));
            QCOMPARE(sketches.size(), std::size_t(4));
            QVERIFY(sketches[2].sketch == *record(2, step + 1, true).sketch);
        }
        QCOMPARE(filesBeside(saved), std::size_t(1));
    }

    /// As when a rank had no link for long: its records come in a row. Less than all sketches of
    /// their steps, which are those of all ranks, fits into memory at once.
    void aRanksRecordsInARowTakeNoMoreMemory() {
        const auto path = m_folder.newPath();
        constexpr std::uint32_t kRanks = 24;
        constexpr std::uint64_t kSteps = 2000;
        {
            const auto writer = valueOf(SessionWriter::open(path, "run", {}));
            for (std::uint32_t rank = 0; rank < kRanks; ++rank) {
                wire::Hello who = hello(rank);
                who.world = kRanks;
                writer->append(std::vector<wire::Event>{std::move(who)});
                for (std::uint64_t seq = 1; seq <= kSteps; ++seq) {
                    wire::StepRecord step = record(rank, seq);
                    step.sketch = largeSketch(rank, seq);
                    writer->append(std::vector<wire::Event>{std::move(step)});
                }
                valueOf(writer->commit());
            }
            valueOf(writer->close());
        }
        const auto saved = m_folder.newPath();
        const std::size_t sketches = kRanks * kSteps * largeSketch(0, 1).values.size() * 2;
        const std::size_t took = peakBytes([&] { valueOf(recover(path, saved)); });
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) // which keep what was freed
        QVERIFY(took > 0 && sketches > 0);
#else
        QVERIFY2(took > 0 && took < sketches / 2, qPrintable(QString::number(took >> 20U)));
#endif
        QCOMPARE(valueOf(verify(saved)).records, kRanks * kSteps);
        QVERIFY(readAll(saved) == readAll(path));
        const auto reader = valueOf(SessionReader::open(saved));
        for (const std::uint64_t step : {0, 511, 512, 1999}) {
            const auto stored = valueOf(reader->sketches(Step(step)));
            QCOMPARE(stored.size(), std::size_t{kRanks});
            for (const auto& one : stored) {
                QVERIFY(one.sketch == largeSketch(one.rank.value(), step + 1));
            }
        }
    }

    void whatIsDamagedBecomesGaps() {
        const auto path = m_folder.newPath();
        const auto saved = m_folder.newPath();
        writeChunks(path, run(100, true), 51);
        // The first chunk, with the hellos in it, and the last.
        execute(path, "UPDATE events SET data = zeroblob(9) WHERE first = 0;"
                      "DELETE FROM events WHERE first = (SELECT max(first) FROM events);");
        const Recovered recovered = valueOf(recover(path, saved));
        QCOMPARE(recovered.damagedChunks, std::uint64_t(2));
        QCOMPARE(recovered.records + recovered.lost, std::uint64_t(400));
        QVERIFY(recovered.lost > 47 && recovered.lost <= 102);
        QVERIFY(valueOf(verify(saved)).damage.empty());
        const auto writer = valueOf(SessionWriter::open(saved, "run", {}));
        QCOMPARE(writer->progress().size(), std::size_t(4));
        for (const Progress& progress : writer->progress()) {
            QVERIFY(progress.hello == hello(progress.hello.rank.value()));
            QCOMPARE(progress.last.value(), std::uint64_t(100));
        }
    }

    void aCutSessionIsRecovered() {
        const auto path = m_folder.newPath();
        writeChunks(path, run(300, true), 50);
        const auto size = std::filesystem::file_size(path);
        int someSaved = 0;
        for (int percent = 40; percent < 100; percent += 5) {
            const auto cut = m_folder.newPath();
            const auto saved = m_folder.newPath();
            std::filesystem::copy_file(path, cut);
            std::filesystem::resize_file(cut, size * static_cast<std::uintmax_t>(percent) / 100);
            const Result<Recovered> recovered = recover(cut, saved);
            if (recovered && recovered->records > 0) {
                ++someSaved;
                QVERIFY(valueOf(verify(saved)).damage.empty());
                QVERIFY(recovered->damagedChunks > 0);
            }
        }
        QVERIFY2(someSaved >= 8, qPrintable(QString::number(someSaved)));
    }

    void nothingIsReplaced() {
        const auto path = m_folder.newPath();
        const auto other = m_folder.newPath();
        write(path, run(2));
        write(other, run(3));
        QCOMPARE(snapshot(path, other).error().code, ErrorCode::Usage);
        QCOMPARE(recover(path, other).error().code, ErrorCode::Usage);
        QCOMPARE(recover(m_folder.newPath(), m_folder.newPath()).error().code, ErrorCode::Io);
        QCOMPARE(snapshot(path, path, Existing::Replace).error().code, ErrorCode::Usage);
        QVERIFY(readAll(other) == run(3));
    }

    void anOldFileIsReplacedWhenAsked() {
        const auto path = m_folder.newPath();
        const auto other = m_folder.newPath();
        write(path, run(2));
        write(other, run(3));
        valueOf(snapshot(path, other, Existing::Replace));
        QVERIFY(readAll(other) == run(2));
        write(path, run(4));
        QCOMPARE(valueOf(recover(path, other, {Existing::Replace, {}})).records, std::uint64_t(16));
        QVERIFY(readAll(other) == run(4));
        const auto writer = valueOf(SessionWriter::open(other, "run", {}));
        QCOMPARE(snapshot(path, other, Existing::Replace).error().code, ErrorCode::Busy);
        QCOMPARE(filesBeside(other), std::size_t(4)); // itself, its log and the lock
    }

    /// The second of two that make the same file fails, and leaves the first in peace.
    void twoAtATimeDoNotMeet() {
        const auto path = m_folder.newPath();
        const auto saved = m_folder.newPath();
        write(path, run(50));
        int reports = 0;
        const auto meanwhile = [&](std::uint64_t) {
            ++reports;
            QCOMPARE(recover(m_folder.newPath(), saved).error().code, ErrorCode::Io);
            valueOf(snapshot(path, m_folder.newPath()));
        };
        QCOMPARE(valueOf(recover(path, saved, {Existing::Keep, meanwhile})).records,
                 std::uint64_t(200));
        QCOMPARE(reports, 1);
        QVERIFY(readAll(saved) == run(50));
        QCOMPARE(filesBeside(saved), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestSessionCopies)
#include "TestSessionCopies.moc"
