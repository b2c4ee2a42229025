// SPDX-License-Identifier: Apache-2.0
#include "tests/support/FileSizeLimit.h"
#include "tests/unit/session/Sessions.h"
#include "tests/unit/session/Sql.h"
#include "transport/session/SqliteRows.h"

using namespace rankscope;
using namespace rankscope::session;
using namespace rankscope::session::samples;

namespace {

Bytes bytesOf(const char* text) {
    const auto view = std::as_bytes(std::span(text, std::strlen(text)));
    return {view.begin(), view.end()};
}

Derived tile(std::int64_t number, const char* text) {
    return {DerivedKind::Curves, number, bytesOf(text)};
}

/// Rows from elsewhere, by way of which a reader is told whatever a test wants.
class ForeignRows : public SessionRows {
  public:
    Result<SessionHead> head() override { return SessionHead{}; }
    Result<bool> changed() override { return false; }
    Result<Events> events(std::int64_t /*from*/, std::size_t /*maxBytes*/) override {
        return answer;
    }
    Result<Events> eventsOfSteps(Step, Step, std::int64_t, std::size_t) override { return answer; }
    Result<std::vector<SketchRow>> sketches(Step, std::int64_t, std::size_t) override {
        return std::vector<SketchRow>{};
    }
    Result<std::vector<DerivedRow>> derived(DerivedKind, std::int64_t, std::int64_t,
                                            std::size_t) override {
        return std::vector<DerivedRow>{};
    }

    Result<Events> answer;
};

} // namespace

/// What a session is made of, row by row, and what its reader makes of that.
class TestSessionRows : public QObject {
    Q_OBJECT

    Folder m_folder{scratch()};

    /// Two launches: the second one repeats steps 60 and on.
    static std::vector<wire::Event> restarted() {
        std::vector<wire::Event> events = run(100);
        events.emplace_back(hello(0, 77));
        for (std::uint64_t seq = 61; seq <= 120; ++seq) {
            events.emplace_back(record(0, seq, false, 77));
        }
        return events;
    }

    static bool areOfSteps(const std::vector<wire::Event>& events, std::uint64_t first,
                           std::uint64_t last, std::size_t expected) {
        std::size_t found = 0;
        for (const wire::Event& event : events) {
            const auto* step = std::get_if<wire::StepRecord>(&event);
            found += step != nullptr && step->step >= Step(first) && step->step < Step(last);
        }
        return found == expected;
    }

  private slots:
    void rowsComeInBoundedPieces() {
        const auto path = m_folder.newPath();
        writeChunks(path, run(300), 40);
        const auto rows = valueOf(SqliteRows::open(path));
        std::int64_t next = 0;
        int calls = 0;
        for (;; ++calls) {
            const auto some = valueOf(rows->events(next, 10'000));
            QCOMPARE(*some.total, std::int64_t(1204));
            if (some.rows.empty()) {
                break;
            }
            std::size_t bytes = 0;
            for (const EventRow& row : some.rows) {
                QCOMPARE(row.first, next);
                next = row.first + row.count;
                bytes += row.data.size();
            }
            QVERIFY(bytes <= 10'000);
        }
        QCOMPARE(next, std::int64_t(1204));
        QVERIFY(calls > 5);
        // A chunk in the midst of which reading goes on, and one that is larger than was asked for.
        QCOMPARE(valueOf(rows->events(77, 1)).rows.at(0).first, std::int64_t(40));
        QCOMPARE(valueOf(rows->events(77, 1)).rows.size(), std::size_t(2));
        QCOMPARE(valueOf(rows->events(80, 1)).rows.size(), std::size_t(1));
        QVERIFY(valueOf(rows->events(1204, 1)).rows.empty());
    }

    void aReaderGoesWhereItIsTold() {
        const auto path = m_folder.newPath();
        writeChunks(path, run(100), 30);
        const auto reader = valueOf(SessionReader::open(path));
        const auto all = readAll(*reader);
        QCOMPARE(reader->position(), std::int64_t(404));
        for (const std::int64_t from : {0, 1, 29, 30, 31, 200, 403, 404, 1000}) {
            reader->seek(from);
            QCOMPARE(reader->position(), from);
            const auto at = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(from), 404);
            QVERIFY(readAll(*reader) == std::vector<wire::Event>(all.begin() + at, all.end()));
        }
        QCOMPARE(reader->damagedChunks(), std::uint64_t(0));
        reader->seek(0);
        std::vector<wire::Event> some;
        QVERIFY(valueOf(reader->read(some, 10)));
        QCOMPARE(reader->position(), std::int64_t(some.size()));
    }

    void chunksOfStepsAreFound_data() {
        QTest::addColumn<bool>("old");
        QTest::newRow("with the index") << false;
        QTest::newRow("a file of version 1") << true;
    }

    void chunksOfStepsAreFound() {
        QFETCH(bool, old);
        const auto path = m_folder.newPath();
        writeChunks(path, restarted(), 10);
        if (old) {
            execute(path, "DROP INDEX events_by_step; DROP TABLE derived; DROP TABLE retention; "
                          "PRAGMA user_version = 1");
        }
        const auto reader = valueOf(SessionReader::open(path));
        QCOMPARE(valueOf(reader->head()).formatVersion, old ? 1 : 2);
        constexpr std::int64_t kAll = 1 << 20;
        std::vector<wire::Event> found;
        valueOf(reader->eventsOfSteps(Step(70), Step(72), kAll, found));
        QVERIFY(areOfSteps(found, 70, 72, 10)); // of both launches
        QVERIFY(found.size() <= 50);
        found.clear();
        valueOf(reader->eventsOfSteps(Step(0), Step(~0ULL), kAll, found));
        QVERIFY(areOfSteps(found, 0, 1000, 460));
        found.clear();
        valueOf(reader->eventsOfSteps(Step(200), Step(300), kAll, found));
        QVERIFY(found.empty());
        // Nothing from ahead of where a reader stands: the second launch begins at message 404.
        valueOf(reader->eventsOfSteps(Step(70), Step(72), 404, found));
        QVERIFY(areOfSteps(found, 70, 72, 8));
        found.clear();
        valueOf(reader->eventsOfSteps(Step(70), Step(72), 4 + 4 * 70 + 3, found));
        QVERIFY(areOfSteps(found, 70, 72, 3));
        QCOMPARE(reader->position(), std::int64_t(0));
        QCOMPARE(reader->damagedChunks(), std::uint64_t(0));
    }

    void damageAsideIsCountedOnce() {
        const auto path = m_folder.newPath();
        writeChunks(path, run(100), 10);
        execute(path, "UPDATE events SET crc = crc + 1 WHERE first = 200");
        const auto reader = valueOf(SessionReader::open(path));
        std::vector<wire::Event> found;
        for (int i = 0; i < 2; ++i) {
            valueOf(reader->eventsOfSteps(Step(0), Step(100), 404, found));
            QCOMPARE(reader->damagedChunks(), std::uint64_t(1));
        }
        const auto after = valueOf(SessionReader::open(path));
        readAll(*after);
        valueOf(after->eventsOfSteps(Step(0), Step(100), 404, found));
        QCOMPARE(after->damagedChunks(), std::uint64_t(1));
    }

    void whatIsDerivedIsKeptAndReplaced() {
        const auto path = m_folder.newPath();
        const auto writer = valueOf(SessionWriter::open(path, "run", {}));
        const auto reader = valueOf(SessionReader::open(path));
        QCOMPARE(writer->messages(), std::int64_t(0));
        writer->append(run(2));
        QCOMPARE(writer->messages(), std::int64_t(12));
        writer->keep(
            {tile(0, "zero"), tile(7, "old"), {DerivedKind::Digest, 0, bytesOf("digest")}});
        QVERIFY(valueOf(reader->derived(DerivedKind::Curves, 0, 100)).empty());
        valueOf(writer->commit());
        QCOMPARE(writer->messages(), std::int64_t(12));
        writer->keep({tile(7, "seven"), tile(8, "eight")});
        valueOf(writer->commit()); // although there are no events
        QVERIFY(valueOf(reader->changed()));

        const auto curves = valueOf(reader->derived(DerivedKind::Curves, 0, 8));
        QCOMPARE(curves.size(), std::size_t(2));
        QVERIFY(curves[0].number == 0 && curves[0].data == bytesOf("zero"));
        QVERIFY(curves[1].number == 7 && curves[1].data == bytesOf("seven"));
        QCOMPARE(valueOf(reader->derived(DerivedKind::Curves, 8, 1LL << 60)).size(),
                 std::size_t(1));
        const auto digest = valueOf(reader->derived(DerivedKind::Digest, 0, 1));
        QVERIFY(digest.size() == 1 && digest[0].kind == DerivedKind::Digest);
        QVERIFY(valueOf(reader->derived(DerivedKind::Overview, 0, 100)).empty());
        valueOf(writer->close());
        QVERIFY(valueOf(verify(path)).damage.empty());
    }

    void damagedDerivedRowsLoseNothing() {
        const auto path = m_folder.newPath();
        write(path, run(10));
        {
            const auto writer = valueOf(SessionWriter::open(path, "run", {}));
            writer->keep({tile(1, "one"), tile(2, "two"), tile(3, "three")});
            valueOf(writer->close());
        }
        execute(path, "UPDATE derived SET data = x'00' WHERE id & 255 = 2");
        const auto reader = valueOf(SessionReader::open(path));
        const auto rest = valueOf(reader->derived(DerivedKind::Curves, 0, 100));
        QCOMPARE(rest.size(), std::size_t(2));
        QCOMPARE(rest[1].number, std::int64_t(3));
        QVERIFY(readAll(*reader) == run(10));
        QCOMPARE(reader->damagedChunks(), std::uint64_t(0));
        const Verdict verdict = valueOf(verify(path));
        QCOMPARE(verdict.damage.size(), std::size_t(1));
        QCOMPARE(verdict.records, std::uint64_t(40));
    }

    /// Records go first; what is derived comes when there is room.
    void whatIsDerivedWaitsForAFullDisk() {
        const auto path = m_folder.newPath();
        const auto writer = valueOf(SessionWriter::open(path, "run", {}));
        const auto events = run(20);
        valueOf(writer->commit());
        writer->append(events);
        writer->keep({{DerivedKind::Curves, 1, Bytes(1U << 20U)}});
        {
            const support::FileSizeLimit full(512U << 10U);
            valueOf(writer->commit());
        }
        QVERIFY(readAll(path) == events);
        const auto reader = valueOf(SessionReader::open(path));
        QVERIFY(valueOf(reader->derived(DerivedKind::Curves, 0, 9)).empty());
        valueOf(writer->commit());
        QCOMPARE(valueOf(reader->derived(DerivedKind::Curves, 0, 9)).size(), std::size_t(1));
        valueOf(writer->close());
        QVERIFY(valueOf(verify(path)).damage.empty());
    }

    /// A reader believes nothing of what it is told, and comes to an end.
    void hostileRowsLeadNowhere_data() {
        QTest::addColumn<qint64>("first");
        QTest::addColumn<qint64>("count");
        QTest::addColumn<qint64>("resume");
        QTest::addColumn<qint64>("total");
        constexpr qint64 kMost = std::numeric_limits<qint64>::max();
        QTest::newRow("no rows") << qint64(0) << qint64(0) << qint64(-1) << qint64(5);
        QTest::newRow("far away") << kMost << qint64(1) << qint64(-1) << kMost;
        QTest::newRow("below") << -kMost << kMost << -kMost << -kMost;
        QTest::newRow("the same for ever") << qint64(3) << qint64(0) << qint64(3) << qint64(3);
    }

    void hostileRowsLeadNowhere() {
        QFETCH(qint64, first);
        QFETCH(qint64, count);
        QFETCH(qint64, resume);
        QFETCH(qint64, total);
        auto rows = std::make_unique<ForeignRows>();
        rows->answer->rows.push_back({first, 0, 0, count, {}, 0});
        rows->answer->resume = resume;
        rows->answer->total = total;
        const auto reader = SessionReader::over(std::move(rows));
        std::vector<wire::Event> events;
        for (int i = 0; i < 3; ++i) {
            QVERIFY(!valueOf(reader->read(events)));
        }
        valueOf(reader->eventsOfSteps(Step(0), Step(9), 9, events));
        QVERIFY(events.empty());
    }

    /// A link that is away for a moment: what came is kept, and reading goes on behind it.
    void anErrorLosesNothing() {
        const auto path = m_folder.newPath();
        write(path, run(3));
        auto rows = std::make_unique<ForeignRows>();
        ForeignRows& source = *rows;
        source.answer = valueOf(valueOf(SqliteRows::open(path))->events(0, 1 << 20));
        const auto reader = SessionReader::over(std::move(rows));
        std::vector<wire::Event> events;
        QVERIFY(valueOf(reader->read(events, 4)));
        QVERIFY(events == run(3));
        source.answer = fail(ErrorCode::Unavailable, "away");
        QCOMPARE(reader->read(events).error().code, ErrorCode::Unavailable);
        QCOMPARE(reader->position(), std::int64_t(16));
        QVERIFY(events == run(3));
    }
};

QTEST_GUILESS_MAIN(TestSessionRows)
#include "TestSessionRows.moc"
