// SPDX-License-Identifier: Apache-2.0
// Viewers of a recorder in a process of its own: what they see, and what they cost.

#include "app/engine/session/RunReader.h"
#include "tests/support/Command.h"
#include "tests/support/Rank.h"
#include "tests/support/RecordProcess.h"
#include "tests/support/StateHash.h"
#include "tests/support/Stored.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace rankscope;
using test::RecordProcess;

class TestView : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    [[nodiscard]] QString path(const char* name) const { return m_dir.filePath(name); }

    static QString binary(const char* name) {
        return qEnvironmentVariable("RANKSCOPE_BIN") + '/' + name;
    }

    /// Reads what is there; false while nobody answers.
    static bool follow(engine::RunReader& run) {
        for (;;) {
            const auto more = run.read();
            if (!more || !*more) {
                return more.has_value();
            }
        }
    }

  private slots:
    /// One viewer from the start, through a recorder that is killed and started again; one that
    /// comes at the end; and the file. The run has NaNs, sketches and exact sums.
    void everybodySeesTheSame() {
        const QString file = path("same.rankscope");
        const std::string ranks = test::freeEndpoint(), viewers = test::freeEndpoint();
        const QStringList view{"--view", QString::fromStdString(viewers)};
        RecordProcess recorder;
        QCOMPARE(recorder.record(file, ranks, view), ranks);
        QTRY_VERIFY(recorder.log().contains("\nviewing " + view[1] + '\n'));
        QProcess simulator;
        simulator.start(binary("rankscope-simulate"),
                        {"--connect", QString::fromStdString(ranks), "--ranks", "4", "--steps",
                         "150", "--rate", "50", "--sketch", "64", "--fault", "nan@1@40"});
        auto live = engine::RunReader::open(viewers);
        QVERIFY2(live, live ? "" : live.error().what.c_str());
        const auto records = [&] {
            (void)follow(**live);
            return (*live)->table().records();
        };
        QTRY_VERIFY_WITH_TIMEOUT(records() > 200, RecordProcess::kPatienceMs);
        recorder.kill();
        QCOMPARE(recorder.record(file, ranks, view), ranks);
        QVERIFY(simulator.waitForFinished(RecordProcess::kPatienceMs));
        QCOMPARE(simulator.exitCode(), 0);
        QTRY_VERIFY_WITH_TIMEOUT(records() == 600, RecordProcess::kPatienceMs);

        auto late = engine::RunReader::open(viewers);
        auto replay = engine::RunReader::open(file.toStdString());
        QVERIFY(late && (*late)->readAll() && replay && (*replay)->readAll());
        const auto expected = test::statesOf(**replay);
        QCOMPARE(expected.size(), std::size_t{150});
        QVERIFY((*replay)->measures(Step{40}).step.nonFinite.value_or(0) > 0);
        QVERIFY(test::statesOf(**live) == expected);
        QVERIFY(test::statesOf(**late) == expected);

        const QString copy = path("copy.rankscope");
        QCOMPARE(test::rankscope({"snapshot", view[1], "--out", copy}).code, 0);
        QCOMPARE(test::rankscope({"verify", copy}).code, 0);
        auto saved = engine::RunReader::open(copy.toStdString());
        QVERIFY(saved && (*saved)->readAll());
        QVERIFY(test::statesOf(**saved) == expected);
        recorder.signal(SIGTERM);
        QCOMPARE(recorder.wait(), 0);
    }

    /// 16 viewers, of which 4 are stopped while they read: the recorder takes every record, and
    /// those that live have everything.
    void slowViewersHarmNobody() {
        const QString file = path("slow.rankscope");
        RecordProcess recorder;
        const std::string endpoint = recorder.record(file, "tcp://127.0.0.1:0");
        const QString viewers = QString::fromStdString(viewing(recorder));
        std::vector<std::unique_ptr<QProcess>> all;
        for (int i = 0; i < 16; ++i) {
            all.push_back(std::make_unique<QProcess>());
            all.back()->start(QCoreApplication::applicationDirPath() + "/Viewer", {viewers});
        }
        for (const auto& viewer : all) {
            QVERIFY(viewer->waitForReadyRead(RecordProcess::kPatienceMs));
        }
        test::Rank one(endpoint, test::Rank::hello(1, 0, 2)),
            two(endpoint, test::Rank::hello(2, 1, 2));
        constexpr int kSteps = 20'000;
        for (int step = 0; step < kSteps; ++step) {
            one.step();
            two.step();
            if (step == kSteps / 4) {
                QVERIFY(test::pumpUntil({&one, &two}, [&] { return one.committed() > 1000; }));
                for (int i = 0; i < 4; ++i) {
                    ::kill(static_cast<pid_t>(all[i]->processId()), SIGSTOP);
                }
            }
        }
        one.leave();
        two.leave();
        QVERIFY(test::pumpUntil({&one, &two}, [&] { return one.gone() && two.gone(); }));
        const auto expected = static_cast<long long>(2 * kSteps + 4); // hellos and byes
        for (std::size_t i = 4; i < all.size(); ++i) {
            QByteArray said;
            const auto newest = [&] {
                said += all[i]->readAllStandardOutput();
                const auto lines = said.trimmed().split('\n');
                return lines.last().toLongLong();
            };
            QTRY_COMPARE_WITH_TIMEOUT(newest(), expected, RecordProcess::kPatienceMs);
        }
        for (const auto& viewer : all) {
            viewer->kill();
            viewer->waitForFinished(RecordProcess::kPatienceMs);
        }
        recorder.signal(SIGTERM);
        QCOMPARE(recorder.wait(), 0);
        const auto stored = test::readStored(file.toStdString());
        QVERIFY(stored.readable);
        for (const auto& [incarnation, stream] : stored.streams) {
            QCOMPARE(stream.received.size(), std::size_t{kSteps});
            QVERIFY(stream.lost.empty() && stream.identityHolds());
        }
    }

    void aBusyViewPortIsANote() {
        RecordProcess first, second;
        const std::string viewers = test::freeEndpoint();
        const QStringList view{"--view", QString::fromStdString(viewers)};
        QVERIFY(!first.record(path("first.rankscope"), "tcp://127.0.0.1:0", view).empty());
        QTRY_VERIFY(first.log().contains("viewing"));
        const std::string ranks =
            second.record(path("second.rankscope"), "tcp://127.0.0.1:0", view);
        QVERIFY(!ranks.empty());
        QTRY_VERIFY(second.log().contains("it is recorded all the same"));
        QVERIFY(!second.log().contains("viewing"));
        test::Rank rank(ranks, test::Rank::hello(1, 0, 1));
        rank.step();
        QVERIFY(test::pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
    }

    /// Nobody named a port: the usual one, or another when somebody has that.
    void theUsualViewPortIsTakenOrAnother() {
        RecordProcess first, second;
        QVERIFY(!first.record(path("usual.rankscope"), "tcp://127.0.0.1:0").empty());
        QVERIFY(!viewing(first).empty());
        if (saysThatThePortIsTaken(first)) {
            QSKIP("somebody else records on this machine");
        }
        QCOMPARE(viewing(first), std::string("tcp://127.0.0.1:5758"));
        QVERIFY(!second.record(path("other.rankscope"), "tcp://127.0.0.1:0").empty());
        const std::string other = viewing(second);
        QVERIFY(!other.empty() && other != viewing(first));
        QVERIFY2(saysThatThePortIsTaken(second), qPrintable(second.log()));
        QVERIFY(engine::RunReader::open(other));
        for (RecordProcess* const one : {&first, &second}) {
            one->signal(SIGTERM);
            QCOMPARE(one->wait(), 0);
        }
    }

    /// A recorder that is started again with the same words is found again.
    void aViewerGoesOnWithARecorderThatWasStartedAgain() {
        RecordProcess recorder;
        const QString file = path("again.rankscope");
        const std::string ranks = recorder.record(file, "tcp://127.0.0.1:0");
        const std::string viewers = viewing(recorder);
        QVERIFY(!viewers.empty());
        if (saysThatThePortIsTaken(recorder)) {
            QSKIP("somebody else records on this machine");
        }
        auto attached = engine::RunReader::open(viewers);
        QVERIFY(attached);
        recorder.kill();
        QTRY_VERIFY_WITH_TIMEOUT(!follow(**attached), RecordProcess::kPatienceMs);
        QVERIFY(!recorder.record(file, ranks).empty());
        QVERIFY(!viewing(recorder).empty());
        if (saysThatThePortIsTaken(recorder)) {
            QSKIP("somebody else took the port meanwhile");
        }
        QCOMPARE(viewing(recorder), viewers);
        test::Rank rank(ranks, test::Rank::hello(1, 0, 1));
        rank.step();
        QVERIFY(test::pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
        QTRY_VERIFY_WITH_TIMEOUT(follow(**attached) && (*attached)->table().records() == 1,
                                 RecordProcess::kPatienceMs);
        recorder.signal(SIGTERM);
        QCOMPARE(recorder.wait(), 0);
    }

    /// One file for both ports, with keys of their own; 127.0.0.1 is only for the test.
    void aConnectionFileIsAnAddress() {
        RecordProcess recorder;
        const QString file = path("keys.rankscope"), connection = path("keys.json");
        QVERIFY(!recorder
                     .record(file, "tcp://127.0.0.1:0",
                             {"--connection", connection, "--view", "tcp://127.0.0.1:0"})
                     .empty());
        test::Rank rank(connection.toStdString(), test::Rank::hello(1, 0, 1));
        rank.step();
        QVERIFY(test::pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
        auto attached = engine::RunReader::open(connection.toStdString());
        QVERIFY2(attached, attached ? "" : attached.error().what.c_str());
        QVERIFY((*attached)->readAll());
        QCOMPARE((*attached)->table().records(), 1U);
    }

  private:
    /// To be asked when it says where it is.
    static bool saysThatThePortIsTaken(RecordProcess& recorder) {
        return recorder.log().contains(" (tcp://127.0.0.1:5758 is taken)\n");
    }

    static std::string viewing(RecordProcess& recorder) {
        const QString mark = "viewing ";
        const auto isSaid = [&] {
            const QString& log = recorder.log();
            return log.contains(mark) && log.mid(log.indexOf(mark)).contains('\n');
        };
        if (!QTest::qWaitFor(isSaid, RecordProcess::kPatienceMs)) {
            return {};
        }
        const QString rest = recorder.log().mid(recorder.log().indexOf(mark) + mark.size());
        const QString line = rest.left(rest.indexOf('\n'));
        return line.left(line.indexOf(' ')).toStdString(); // a remark may follow
    }
};

QTEST_GUILESS_MAIN(TestView)
#include "TestView.moc"
