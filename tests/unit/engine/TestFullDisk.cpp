// SPDX-License-Identifier: Apache-2.0
#include "app/engine/Recorder.h"
#include "tests/support/Rank.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/Stored.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace rankscope;
using namespace std::chrono_literals;
using engine::Recorder;
using test::pumpUntil;
using test::Rank;

/// Promise: a full disk pauses the recording, the gap says so, and it goes on by itself.
class TestFullDisk : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    std::unique_ptr<support::SmallDisk> m_disk;

    /// What the disk holds is sound, and has everything that was ever acknowledged.
    void checkStored(const std::vector<const Rank*>& ranks) const {
        auto stored = test::readStored(m_dir.filePath("run.rankscope").toStdString());
        QVERIFY(stored.readable);
        for (const Rank* const rank : ranks) {
            const test::StoredStream& stream = stored.streams[rank->incarnation()];
            QVERIFY(stream.identityHolds());
            QVERIFY(stream.last() >= rank->committed());
        }
    }

    /// A rank whose ring has room for 100 records.
    static void stepOrLose(Rank& rank) {
        if (rank.last() - rank.committed() < 100) {
            rank.step();
        } else {
            rank.lose(1);
        }
    }

  private slots:
    void initTestCase() {
        m_disk = std::make_unique<support::SmallDisk>(m_dir.path().toStdString(), 4096);
        if (!m_disk->mounted()) {
            QSKIP("only root can mount a small disk here");
        }
    }

    void aFullDiskPausesAndGoesOn() {
        Recorder::Options options;
        options.file = m_dir.filePath("run.rankscope").toStdString();
        options.link.endpoint = "tcp://127.0.0.1:0";
        options.link.commitEvery = 5ms;
        options.link.commitBytes = 400; // so that the memory of the recorder is soon full as well
        const auto recorder = Recorder::start(options);
        QVERIFY(recorder);
        Rank one((*recorder)->endpoint(), Rank::hello(1, 0, 2));
        Rank two((*recorder)->endpoint(), Rank::hello(2, 1, 2));
        const auto settled = [&] { return one.allCommitted() && two.allCommitted(); };
        const auto problem = [&] { return (*recorder)->statistics().problem; };

        std::uint64_t pauses = 0;
        for (; pauses < 3; ++pauses) {
            for (int i = 0; i < 50; ++i) {
                stepOrLose(one);
                stepOrLose(two);
            }
            QVERIFY(pumpUntil({&one, &two}, settled));
            m_disk->fill();
            QVERIFY(pumpUntil({&one, &two}, [&] {
                stepOrLose(one);
                stepOrLose(two);
                return !problem().empty() && one.last() - one.committed() > 150 &&
                       two.last() - two.committed() > 150;
            }));
            QVERIFY2(problem().find("full") != std::string::npos, problem().c_str());
            checkStored({&one, &two});
            m_disk->makeRoom();
            QVERIFY(pumpUntil({&one, &two}, settled));
            QVERIFY(problem().empty());
            checkStored({&one, &two});
        }
        one.leave();
        two.leave();
        QVERIFY(pumpUntil({&one, &two}, [&] { return one.gone() && two.gone(); }));
        QVERIFY((*recorder)->stop());

        const auto verdict = session::verify((*recorder)->file());
        QVERIFY(verdict && verdict->damage.empty());
        auto stored = test::readStored((*recorder)->file());
        for (const Rank* const rank : {&one, &two}) {
            const test::StoredStream& stream = stored.streams[rank->incarnation()];
            QVERIFY(stream.identityHolds());
            QCOMPARE(stream.last(), rank->last());
            QVERIFY(stream.received.size() > 3 * 50);
            QVERIFY(stream.lost.size() >= 3 * 50);
            QCOMPARE(stream.lostBy.size(), std::size_t(1));
            QCOMPARE(stream.lostBy.begin()->first, wire::GapCause::RecorderPaused);
        }
    }
};

QTEST_GUILESS_MAIN(TestFullDisk)
#include "TestFullDisk.moc"
