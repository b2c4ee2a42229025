// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/session/Sessions.h"

#include <sqlite3.h>

using namespace rankscope;
using namespace rankscope::session;
using namespace rankscope::session::samples;

namespace {

constexpr std::uint64_t kBudget = 1U << 20U;
/// One step of four ranks with 500 numbers each takes 4.2 kB: a page of its own.
constexpr std::uint64_t kPage = 8192;

std::vector<wire::Event> stepOf(std::uint64_t seq) {
    std::vector<wire::Event> events;
    for (std::uint32_t rank = 0; rank < 4; ++rank) {
        wire::StepRecord step = record(rank, seq);
        step.sketch = wire::Sketch{seq, 0.5F, std::vector<std::uint16_t>(500, std::uint16_t(rank))};
        events.emplace_back(step);
    }
    return events;
}

/// Numbers out of a session, past its own code.
std::vector<std::int64_t> query(const std::filesystem::path& path, const std::string& sql) {
    std::vector<std::int64_t> found;
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_open(path.c_str(), &database) != SQLITE_OK ||
        sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
        qFatal("%s", sqlite3_errmsg(database));
    }
    while (sqlite3_step(statement) == SQLITE_ROW) {
        found.push_back(sqlite3_column_int64(statement, 0));
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return found;
}

std::size_t sketchesOf(const std::filesystem::path& path, std::uint64_t step) {
    return valueOf(valueOf(SessionReader::open(path))->sketches(Step(step))).size();
}

} // namespace

/// What is kept of the sketches of a long run.
class TestSessionRetention : public QObject {
    Q_OBJECT

    Folder m_folder{scratch()};

    /// Writes the steps first <= seq < last, ten per commit.
    static void writeSteps(const std::filesystem::path& path, std::uint64_t first,
                           std::uint64_t last, std::uint64_t budget = kBudget) {
        const auto writer = valueOf(SessionWriter::open(path, "run", {.sketchBytes = budget}));
        for (std::uint64_t seq = first; seq < last; ++seq) {
            writer->append(stepOf(seq));
            if (seq % 10 == 0) {
                valueOf(writer->commit());
            }
        }
        valueOf(writer->close());
    }

  private slots:
    void olderSketchesAreThinned() {
        const auto path = m_folder.newPath();
        std::uint64_t next = 1;
        std::int64_t before = 0;
        for (const std::uint64_t steps : {100, 200, 400, 800, 1600, 3200}) {
            // A new writer goes on where the one before was.
            writeSteps(path, next, steps + 1);
            next = steps + 1;
            const Verdict verdict = valueOf(verify(path));
            QVERIFY2(verdict.damage.empty(),
                     verdict.damage.empty() ? "" : verdict.damage.front().c_str());
            QCOMPARE(verdict.records, 4 * steps);
            QVERIFY(verdict.sketchStride >= before);
            before = verdict.sketchStride;
            const std::uint64_t kept =
                std::uint64_t(query(path, "SELECT count(*) FROM sketches WHERE count > 0").at(0));
            QCOMPARE(kept + verdict.thinned, steps);
            QVERIFY2(kept * kPage <= kBudget, qPrintable(QString::number(kept)));
            // Not thinned sooner than needed: more than a third of the budget is in use.
            QVERIFY2(kept == steps || kept * kPage > kBudget / 3,
                     qPrintable(QString::number(kept)));
        }
        QVERIFY(before >= 32 && before <= 128);
        const auto stride = std::uint64_t(before);
        // The newest quarter is whole; of what is older, all that the stride says.
        for (std::uint64_t step = 0; step < 3200; ++step) {
            const bool newest = step >= 3200 - kBudget / 4 / kPage;
            if (newest || step % stride == 0) {
                QCOMPARE(sketchesOf(path, step), std::size_t(4));
            }
        }
        QVERIFY(query(path, "SELECT count(*) FROM sketches WHERE count > 0 AND id < 2000").at(0) <=
                2 * 2000 / std::int64_t(stride) + 1);
        QCOMPARE(readAll(path).size(), std::size_t(4 * 3200)); // records are all there
        QCOMPARE(valueOf(SessionReader::open(path))->damagedChunks(), std::uint64_t(0));
    }

    /// However long the run, a commit drops at most twice what it writes.
    void aCommitIsNeverLarge() {
        const auto path = m_folder.newPath();
        const auto writer = valueOf(SessionWriter::open(path, "run", {.sketchBytes = kBudget}));
        std::int64_t before = 0;
        std::int64_t most = 0;
        for (std::uint64_t seq = 1; seq <= 400; ++seq) {
            writer->append(stepOf(seq));
            valueOf(writer->commit());
            const std::int64_t thinned =
                query(path, "SELECT count(*) FROM sketches WHERE count = 0").at(0);
            most = std::max(most, thinned - before);
            before = thinned;
        }
        QCOMPARE(most, std::int64_t(2));
        QVERIFY(before > 250);
    }

    void theFileStopsGrowingWithSketches() {
        const auto path = m_folder.newPath();
        writeSteps(path, 1, 600);
        const auto first = std::filesystem::file_size(path);
        writeSteps(path, 600, 1200);
        // What is dropped is used again: there are only records to grow by, 0.5 kB a step.
        QVERIFY(std::filesystem::file_size(path) < first + 600 * 1000);
    }

    void aLostRowIsNoticed_data() {
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("one that was thinned") << QByteArray(
            "DELETE FROM sketches WHERE id = (SELECT id FROM sketches WHERE count = 0 LIMIT 1)");
        QTest::newRow("one that was not") << QByteArray(
            "DELETE FROM sketches WHERE id = (SELECT id FROM sketches WHERE count > 0 LIMIT 1)");
        QTest::newRow("the last") << QByteArray(
            "DELETE FROM sketches WHERE id = (SELECT max(id) FROM sketches)");
        QTest::newRow("a changed one") << QByteArray(
            "UPDATE sketches SET count = 0, data = x'' WHERE id = (SELECT max(id) FROM sketches)");
        QTest::newRow("the state") << QByteArray("UPDATE retention SET stride = stride * 2");
        QTest::newRow("no state") << QByteArray("DELETE FROM retention");
    }

    void aLostRowIsNoticed() {
        QFETCH(QByteArray, sql);
        const auto path = m_folder.newPath();
        writeSteps(path, 1, 300);
        QVERIFY(valueOf(verify(path)).damage.empty());
        query(path, sql.toStdString());
        QVERIFY(!valueOf(verify(path)).damage.empty());
        // It is no reason not to go on recording.
        writeSteps(path, 300, 310);
        QCOMPARE(readAll(path).size(), std::size_t(4 * 309));
    }

    void allAndNone() {
        const auto all = m_folder.newPath();
        writeSteps(all, 1, 300, kAllSketches);
        QCOMPARE(valueOf(verify(all)).thinned, std::uint64_t(0));
        QCOMPARE(sketchesOf(all, 1), std::size_t(4));
        const auto none = m_folder.newPath();
        writeSteps(none, 1, 300, 0);
        QCOMPARE(sketchesOf(none, 1), std::size_t(0));
        QVERIFY(readAll(none) == readAll(all));
        QVERIFY(valueOf(verify(none)).damage.empty());
        // A budget for a file that had none: it is thinned as it goes on.
        writeSteps(all, 300, 600);
        QVERIFY(valueOf(verify(all)).thinned > 400);
    }
};

QTEST_GUILESS_MAIN(TestSessionRetention)
#include "TestSessionRetention.moc"
