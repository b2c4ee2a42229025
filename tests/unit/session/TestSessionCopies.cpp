// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/session/Sessions.h"
#include "tests/unit/session/Sql.h"
#include "transport/session/Copies.h"

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
