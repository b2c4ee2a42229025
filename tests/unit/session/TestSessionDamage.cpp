// SPDX-License-Identifier: Apache-2.0
#include "tests/support/DamagedSession.h"
#include "tests/unit/session/Sessions.h"
#include "tests/unit/session/Sql.h"

#include <QTemporaryDir>
#include <algorithm>
#include <fstream>
#include <random>

using namespace rankscope;
using namespace rankscope::session;
using namespace rankscope::session::samples;
using namespace rankscope::support;

class TestSessionDamage : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory{scratch()};
    std::filesystem::path m_path;
    std::vector<wire::Event> m_events; ///< as read from the sound file
    Content m_sound;

  private slots:
    void initTestCase() {
        m_path = std::filesystem::path(m_directory.path().toStdString()) / "run.rankscope";
        std::vector<wire::Event> events = run(300, true);
        events.emplace_back(wire::Gap{IncarnationId(1000), RankId(0), Seq(301), Seq(310),
                                      wire::GapCause::RingFull});
        events.emplace_back(wire::Bye{IncarnationId(1000), RankId(0), Seq(310)});
        writeChunks(m_path, events, 40);
        m_sound = contentOf(m_path);
        m_events = readAll(m_path);
        QVERIFY(m_events == withoutSketches(events));
    }

    void init() { put(m_path, m_sound); }

    void aCutFileGivesWhatIsLeft() {
        int someLeft = 0;
        constexpr int kCuts = 300;
        for (int i = 0; i < kCuts; ++i) {
            const std::size_t size = m_sound.size() * static_cast<std::size_t>(i) / kCuts;
            put(m_path, std::span(m_sound).first(size));
            const Rest rest = readRest(m_path);
            QVERIFY2(!rest.verified, qPrintable(QString("cut at %1").arg(size)));
            QVERIFY(isPartOf(rest.events, m_events));
            QVERIFY(!rest.opened || rest.damagedChunks > 0 || rest.events == m_events);
            someLeft += rest.events.empty() ? 0 : 1;
        }
        QVERIFY2(someLeft > kCuts / 2, qPrintable(QString::number(someLeft)));
    }

    /// No flipped bit changes a value unnoticed, or loses one unnoticed.
    void flippedBitsAreNoticed() {
        std::mt19937 random(1977);
        int noticed = 0;
        std::size_t most = 0;
        for (int i = 0; i < 2000; ++i) {
            const std::size_t at = random() % m_sound.size();
            const auto bit = static_cast<char>(1U << random() % 8);
            {
                std::fstream file(m_path, std::ios::binary | std::ios::in | std::ios::out);
                file.seekp(static_cast<std::streamoff>(at));
                file.put(static_cast<char>(m_sound[at] ^ bit));
            }
            const Rest rest = readRest(m_path);
            const QByteArray where =
                "bit " + QByteArray::number(bit) + " of byte " + QByteArray::number(qulonglong(at));
            QVERIFY2(isPartOf(rest.events, m_events), where.constData());
            if (!rest.events.empty()) {
                most = std::max(most, m_events.size() - rest.events.size());
            }
            if (rest.events != m_events) {
                QVERIFY2(!rest.verified, where.constData());
                QVERIFY2(!rest.opened || rest.damagedChunks > 0, where.constData());
                ++noticed;
            }
            if (rest.opened) {
                const auto reader = valueOf(SessionReader::open(m_path));
                const auto info = reader->head();
                QVERIFY(!info || info->runId == "run");
                const Step step(random() % 300);
                const auto found = reader->sketches(step);
                for (const auto& one : found.value_or(std::vector<SessionReader::StoredSketch>())) {
                    QVERIFY2(one.sketch == *record(one.rank.value(), step.value() + 1, true).sketch,
                             where.constData());
                }
            }
            std::fstream file(m_path, std::ios::binary | std::ios::in | std::ios::out);
            file.seekp(static_cast<std::streamoff>(at));
            file.put(m_sound[at]);
        }
        QVERIFY2(noticed > 100, qPrintable(QString::number(noticed)));
        // One bit costs the chunk that it is in, or those of a page: never all that follows.
        QVERIFY2(most <= 3 * 40, qPrintable(QString::number(most)));
    }

    void readingGoesOnBehindADamagedChunk() {
        execute(m_path, "UPDATE events SET data = zeroblob(10) WHERE first = 80");
        const Rest rest = readRest(m_path);
        QVERIFY(rest.opened && !rest.verified);
        QCOMPARE(rest.damagedChunks, std::uint64_t(1));
        QCOMPARE(rest.events.size(), m_events.size() - 40);
        QVERIFY(isPartOf(rest.events, m_events));
    }

    void lostRowsAreCounted() {
        execute(m_path,
                "DELETE FROM events WHERE first IN (40, 240, (SELECT max(first) FROM events))");
        const Rest rest = readRest(m_path);
        QVERIFY(rest.opened && !rest.verified);
        QCOMPARE(rest.damagedChunks, std::uint64_t(3));
    }

    void swappedRowsAreNoticed() {
        execute(m_path, "UPDATE events SET first = 1000000 WHERE first = 40;"
                        "UPDATE events SET first = 40 WHERE first = 200;"
                        "UPDATE events SET first = 200 WHERE first = 1000000;");
        const Rest rest = readRest(m_path);
        QVERIFY(!rest.verified);
        QCOMPARE(rest.damagedChunks, std::uint64_t(2));
        QVERIFY(isPartOf(rest.events, m_events));
    }

    void wrongBooksAreNoticed() {
        execute(m_path, "DELETE FROM progress WHERE incarnation = 1001");
        QVERIFY(!readRest(m_path).verified);
        QVERIFY(readRest(m_path).events == m_events);
    }

    void damagedSketchesAreSkippedAndCounted() {
        execute(m_path, "UPDATE sketches SET data = zeroblob(length(data)) WHERE step = 5");
        const auto reader = valueOf(SessionReader::open(m_path));
        QVERIFY(valueOf(reader->sketches(Step(5))).empty());
        QVERIFY(valueOf(reader->sketches(Step(5))).empty());
        QVERIFY(reader->damagedChunks() > 0);
        const std::uint64_t damaged = reader->damagedChunks();
        QCOMPARE(valueOf(reader->sketches(Step(6))).size(), std::size_t(4));
        QCOMPARE(reader->damagedChunks(), damaged);
        QVERIFY(!valueOf(verify(m_path)).damage.empty());
    }

    /// SQLite finds hundreds of faults where one page is wrong, and tells them in one text.
    void aBrokenStructureIsToldInAFewLines() {
        Content broken = m_sound;
        for (std::size_t page = 3; page < broken.size() / 8192; ++page) {
            broken[page * 8192 + 8] = '\x7F';
        }
        put(m_path, broken);
        const std::vector<std::string> damage = valueOf(verify(m_path)).damage;
        QVERIFY(damage.size() > 5);
        for (const std::string& line : damage) {
            QVERIFY2(line.find('\n') == std::string::npos, line.c_str());
            QCOMPARE(std::count(damage.begin(), damage.end(), line), 1);
        }
    }

    void aNewerVersionIsRefused() {
        execute(m_path, "PRAGMA user_version = 3");
        const Content newer = contentOf(m_path);
        QCOMPARE(SessionReader::open(m_path).error().code, ErrorCode::Unsupported);
        QCOMPARE(verify(m_path).error().code, ErrorCode::Unsupported);
        QCOMPARE(SessionWriter::open(m_path, "run", {}).error().code, ErrorCode::Unsupported);
        QVERIFY(contentOf(m_path) == newer);
    }

    void anotherDatabaseIsRefused() {
        execute(m_path, "PRAGMA application_id = 1");
        QCOMPARE(SessionReader::open(m_path).error().code, ErrorCode::Malformed);
        QCOMPARE(SessionWriter::open(m_path, "run", {}).error().code, ErrorCode::Malformed);
    }

    void aSchemaOfStrangersIsRefused_data() {
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("view") << QByteArray(
            "DROP TABLE events; CREATE VIEW events AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL "
            "SELECT n + 1 FROM r) SELECT n AS first, 0 AS first_step, 0 AS last_step, 1 AS count, "
            "x'' AS data, 0 AS crc FROM r");
        QTest::newRow("generated column")
            << QByteArray("DROP TABLE events; CREATE TABLE events(first INTEGER PRIMARY KEY, "
                          "first_step, last_step, "
                          "count, data AS (zeroblob(1000000000)), crc)");
        QTest::newRow("missing table") << QByteArray("DROP TABLE progress");
        QTest::newRow("missing index") << QByteArray("DROP INDEX sketches_by_step");
    }

    void aSchemaOfStrangersIsRefused() {
        QFETCH(QByteArray, sql);
        execute(m_path, sql.constData());
        QCOMPARE(SessionReader::open(m_path).error().code, ErrorCode::Damaged);
        QVERIFY(!valueOf(verify(m_path)).damage.empty());
        QCOMPARE(SessionWriter::open(m_path, "run", {}).error().code, ErrorCode::Damaged);
    }

    void hugeClaimsAreNotBelieved() {
        execute(m_path,
                "UPDATE totals SET events = 4611686018427387904, sketches = 4611686018427387904");
        QVERIFY(readRest(m_path).events == m_events);
        execute(m_path,
                "INSERT INTO events VALUES(4611686018427387904, 0, 0, 1000000000, x'00', 0)");
        QVERIFY(readRest(m_path).events == m_events);
        execute(m_path, "UPDATE events SET data = zeroblob(100000000) WHERE first = 0");
        const Rest rest = readRest(m_path);
        QVERIFY(!rest.verified);
        QVERIFY(isPartOf(rest.events, m_events));
    }
};

QTEST_GUILESS_MAIN(TestSessionDamage)
#include "TestSessionDamage.moc"
