// SPDX-License-Identifier: Apache-2.0
#include "tests/support/FileSizeLimit.h"
#include "tests/support/WritingProcess.h"
#include "tests/unit/session/Sessions.h"

#include <QElapsedTimer>
#include <random>

using namespace rankscope;
using namespace rankscope::session;
using namespace rankscope::session::samples;

class TestSessionCrash : public QObject {
    Q_OBJECT

    /// On the disk.
    Folder m_folder{QDir::tempPath() + "/rankscope-XXXXXX"};

  private slots:
    /// Each round a writer is killed at some moment; the next one continues its file.
    void killedWritersLoseNothingCommitted() {
        const auto path = m_folder.newPath();
        const std::vector<wire::Event> events = run(20'000, true);
        const std::vector<wire::Event> expected = withoutSketches(events);
        constexpr std::size_t kPerCommit = 50;
        std::mt19937 random(9);
        std::size_t before = 0;
        for (int round = 0; round < 12; ++round) {
            const std::vector<wire::Event> rest(
                events.begin() + static_cast<std::ptrdiff_t>(before), events.end());
            support::WritingProcess process(path, rest, kPerCommit);
            const int wanted = 1 + static_cast<int>(random() % 60);
            QCOMPARE(process.awaitCommits(wanted), wanted);
            process.kill();

            const auto reader = valueOf(SessionReader::open(path));
            QVERIFY(!valueOf(reader->head()).beingWritten);
            const std::vector<wire::Event> stored = readAll(*reader);
            QVERIFY(stored.size() >= before + static_cast<std::size_t>(wanted) * kPerCommit);
            QVERIFY(support::isPrefix(stored, expected));
            QCOMPARE(reader->damagedChunks(), std::uint64_t(0));
            QVERIFY(valueOf(verify(path)).damage.empty());
            before = stored.size();
        }
        // What was being written when it was killed is offered again, and more.
        const std::size_t end = before + 1000;
        const std::vector<wire::Event> again(events.begin(),
                                             events.begin() + static_cast<std::ptrdiff_t>(end));
        write(path, again);
        const std::vector<wire::Event> stored = readAll(path);
        QCOMPARE(stored.size(), end);
        QVERIFY(support::isPrefix(stored, expected));
        QVERIFY(valueOf(verify(path)).damage.empty());
    }

    void anotherProcessIsFollowedLive() {
        const auto path = m_folder.newPath();
        const std::vector<wire::Event> events = run(2000);
        valueOf(SessionWriter::open(path, "run", {})); // makes the file
        const auto reader = valueOf(SessionReader::open(path));
        support::WritingProcess process(path, events, 100);
        std::vector<wire::Event> seen;
        int growths = 0;
        QElapsedTimer timer;
        timer.start();
        while (seen.size() < events.size() && timer.elapsed() < 60'000) {
            if (valueOf(reader->changed()) && valueOf(reader->read(seen))) {
                ++growths;
                QVERIFY(support::isPrefix(seen, events));
            }
        }
        QCOMPARE(seen.size(), events.size());
        QVERIFY(growths > 1);
        QVERIFY(process.finish());
        QVERIFY(readAll(path) == events);
        QCOMPARE(reader->damagedChunks(), std::uint64_t(0));
    }

    /// The write-ahead log as a power failure may leave it: cut anywhere.
    void aCutLogGivesWholeCommits() {
        const auto path = m_folder.newPath();
        const auto copy = m_folder.newPath();
        const std::vector<wire::Event> events = run(100);
        const auto writer = valueOf(SessionWriter::open(path, "run", {}));
        for (std::size_t at = 0; at < events.size(); at += 20) {
            writer->append(
                std::span(events).subspan(at, std::min<std::size_t>(20, events.size() - at)));
            valueOf(writer->commit());
        }
        const auto logSize = std::filesystem::file_size(path.string() + "-wal");
        QVERIFY(logSize > 100'000);
        std::size_t longest = 0;
        for (std::uintmax_t cut = 100'000; cut <= logSize; cut += 3001) {
            std::filesystem::remove(copy.string() + "-shm");
            std::filesystem::copy_file(path, copy,
                                       std::filesystem::copy_options::overwrite_existing);
            std::filesystem::copy_file(path.string() + "-wal", copy.string() + "-wal",
                                       std::filesystem::copy_options::overwrite_existing);
            std::filesystem::resize_file(copy.string() + "-wal", cut);
            const std::vector<wire::Event> stored = readAll(copy);
            QVERIFY(support::isPrefix(stored, events));
            QVERIFY(stored.size() % 20 == 0 || stored.size() == events.size());
            QVERIFY(stored.size() >= longest);
            longest = stored.size();
            QVERIFY(valueOf(verify(copy)).damage.empty());
        }
        QVERIFY(longest > 0);
    }

    void aFullDiskLosesNothing() {
        const auto path = m_folder.newPath();
        const std::vector<wire::Event> events = run(2000, true);
        const auto writer = valueOf(SessionWriter::open(path, "run", {}));
        std::size_t at = 0;
        std::size_t committed = 0;
        const auto appendSome = [&] {
            const std::size_t size = std::min<std::size_t>(100, events.size() - at);
            writer->append(std::span(events).subspan(at, size));
            at += size;
        };
        {
            const support::FileSizeLimit full(400'000);
            for (bool failed = false; !failed; committed = failed ? committed : at) {
                QVERIFY(at < events.size());
                appendSome();
                const Result<void> done = writer->commit();
                failed = !done;
                QVERIFY(done || done.error().code == ErrorCode::Io);
            }
            QVERIFY(committed > 0);
            QVERIFY(writer->pendingBytes() > 0);
            // More comes in while the disk is full, and every try fails.
            for (int i = 0; i < 3; ++i) {
                appendSome();
                QVERIFY(!writer->commit());
                QVERIFY(!writer->close());
            }
            QVERIFY(readAll(path) ==
                    withoutSketches(
                        {events.begin(), events.begin() + static_cast<std::ptrdiff_t>(committed)}));
        }
        valueOf(writer->commit());
        QCOMPARE(writer->pendingBytes(), std::size_t(0));
        while (at < events.size()) {
            appendSome();
            valueOf(writer->commit());
        }
        valueOf(writer->close());
        QVERIFY(readAll(path) == withoutSketches(events));
        QVERIFY(valueOf(verify(path)).damage.empty());
        QCOMPARE(valueOf(valueOf(SessionReader::open(path))->sketches(Step(1999))).size(),
                 std::size_t(4));
    }
};

QTEST_GUILESS_MAIN(TestSessionCrash)
#include "TestSessionCrash.moc"
