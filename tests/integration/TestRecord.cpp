// SPDX-License-Identifier: Apache-2.0
#include "tests/support/RecordProcess.h"
#include "tests/support/Stored.h"
#include "transport/link/Dealer.h"
#include "transport/session/SessionReader.h"
#include "transport/wire/Codec.h"

#include <rankscope/Emitter.h>

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <random>
#include <string_view>
#include <thread>

using namespace rankscope;
using namespace std::chrono_literals;
using emitter::Emitter;
using test::RecordProcess;

namespace {

constexpr int kPatienceMs = RecordProcess::kPatienceMs;

/// A training rank in short: a real emitter that steps as fast as its small ring has room.
class TrainingRank {
  public:
    TrainingRank(const std::string& endpoint, std::uint32_t rank, std::uint32_t world) {
        emitter::Options options;
        options.endpoint = endpoint;
        options.rank = rank;
        options.world = world;
        options.ringBytes = 64U << 10U;
        options.blockWhenFull = true;
        auto opened = Emitter::open(options);
        if (opened) {
            m_emitter = std::move(*opened);
        }
    }
    ~TrainingRank() { halt(); }
    TrainingRank(const TrainingRank&) = delete;
    TrainingRank& operator=(const TrainingRank&) = delete;

    /// Trains until halt(), or `steps` steps.
    void train(std::uint64_t steps = ~std::uint64_t{0}) {
        m_thread = std::jthread([this, steps](const std::stop_token& stop) {
            for (std::uint64_t i = 0; i < steps && !stop.stop_requested(); ++i) {
                emitter::Sample sample;
                sample.loss = 1.0 / static_cast<double>(i + 1);
                m_emitter->step(sample);
            }
        });
    }
    void halt() {
        if (m_thread.joinable()) {
            m_thread.request_stop();
            m_thread.join();
        }
    }
    void finishTraining() {
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }
    /// Waits until everything is acknowledged, and says bye.
    bool leave() {
        finishTraining();
        const bool stored = QTest::qWaitFor(
            [this] { return statistics().acknowledged == statistics().lastSeq; }, kPatienceMs);
        m_made = statistics().lastSeq;
        m_emitter->close(std::chrono::milliseconds(kPatienceMs));
        return stored && m_made > 0;
    }
    /// Records made, once it has left.
    [[nodiscard]] std::uint64_t made() const { return m_made; }
    [[nodiscard]] emitter::Statistics statistics() const { return m_emitter->statistics(); }

  private:
    std::unique_ptr<Emitter> m_emitter;
    std::uint64_t m_made = 0;
    std::jthread m_thread;
};

using Ranks = std::vector<std::unique_ptr<TrainingRank>>;

Ranks ranks(const std::string& endpoint, std::uint32_t world) {
    Ranks made;
    for (std::uint32_t rank = 0; rank < world; ++rank) {
        made.push_back(std::make_unique<TrainingRank>(endpoint, rank, world));
    }
    return made;
}

std::uint64_t acknowledged(const Ranks& all) {
    std::uint64_t sum = 0;
    for (const auto& rank : all) {
        sum += rank->statistics().acknowledged;
    }
    return sum;
}

std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// A plain TCP connection that talks nonsense, or nothing.
class Stranger {
  public:
    Stranger(const std::string& endpoint, const std::string& says)
        : m_socket(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port =
            htons(static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1))));
        m_connected =
            connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
            ::send(m_socket, says.data(), says.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(says.size());
    }
    ~Stranger() { close(m_socket); }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;
    [[nodiscard]] bool connected() const { return m_connected; }

  private:
    int m_socket;
    bool m_connected = false;
};

} // namespace

class TestRecord : public QObject {
    Q_OBJECT

  private slots:
    void init();
    void recordsARunAndEndsWithIt();
    void endsWithItsLauncherWhenNoRankCame();
    void givesUpWhenNoRankComes();
    void endsWithTheGoodbyesThoughItsLauncherLives();
    void losesNothingWhenKilledAgainAndAgain_data();
    void losesNothingWhenKilledAgainAndAgain();
    void takesHundredsInAtOnce();
    void findsRanksThatWereThereFirst();
    void endsOnASignalAndGoesOnLater_data();
    void endsOnASignalAndGoesOnLater();
    void waitsWhileTheDiskIsFull();
    void survivesALostTerminal();
    void isNotHarmedByHostileMessages();
    void isNotTalkedOverByAHostilePeer();
    void storesTwoThatClaimOneRank();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();

  private:
    [[nodiscard]] QString file() const { return m_dir->filePath("run.rankscope"); }
    /// Fails the test unless the file is sound and has each record of `all` exactly once.
    void verifyComplete(const Ranks& all) const;

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestRecord::init() {
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
}

void TestRecord::verifyComplete(const Ranks& all) const {
    const auto verdict = session::verify(file().toStdString());
    QVERIFY(verdict);
    QVERIFY2(verdict->damage.empty(), verdict->damage.empty() ? "" : verdict->damage[0].c_str());
    const test::Stored stored = test::readStored(file().toStdString());
    QVERIFY(stored.readable);
    QCOMPARE(stored.streams.size(), all.size());
    for (const auto& [incarnation, stream] : stored.streams) {
        const std::uint64_t made = all[stream.hello.rank.value()]->made();
        QCOMPARE(stream.hellos, 1);
        QCOMPARE(stream.byes, 1);
        QVERIFY(stream.identityHolds());
        QCOMPARE(stream.lost.size(), std::size_t{0});
        QCOMPARE(stream.received.size(), std::size_t{made});
        QCOMPARE(stream.last(), made);
    }
}

void TestRecord::recordsARunAndEndsWithIt() {
    RecordProcess recorder;
    const std::string endpoint = recorder.record(file(), "tcp://127.0.0.1:0", {"--once"});
    QVERIFY2(!endpoint.empty(), qPrintable(recorder.log()));
    const Ranks all = ranks(endpoint, 4);
    for (const auto& rank : all) {
        rank->train(1000);
    }
    for (const auto& rank : all) {
        QVERIFY(rank->leave());
    }
    QCOMPARE(recorder.wait(), 0);
    QVERIFY2(recorder.log().contains("4000 records"), qPrintable(recorder.log()));
    QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files), QStringList{"run.rankscope"});
    verifyComplete(all);
}

void TestRecord::endsWithItsLauncherWhenNoRankCame() {
    QProcess launcher;
    launcher.start("sleep", {"1000"});
    QVERIFY(launcher.waitForStarted());
    RecordProcess recorder;
    const QStringList options{"--once", "--while", QString::number(launcher.processId())};
    QVERIFY(!recorder.record(file(), "tcp://127.0.0.1:0", options).empty());
    launcher.kill();
    QCOMPARE(recorder.wait(), 1);
}

void TestRecord::givesUpWhenNoRankComes() {
    RecordProcess recorder;
    QVERIFY(!recorder.record(file(), "tcp://127.0.0.1:0", {"--once", "--wait", "0.2"}).empty());
    QCOMPARE(recorder.wait(), 1);
    QVERIFY(recorder.log().contains("no rank came"));
}

void TestRecord::endsWithTheGoodbyesThoughItsLauncherLives() {
    RecordProcess recorder;
    const QStringList options{"--once", "--while", QString::number(getpid())};
    const std::string endpoint = recorder.record(file(), "tcp://127.0.0.1:0", options);
    const Ranks all = ranks(endpoint, 2);
    for (const auto& rank : all) {
        rank->train(10);
    }
    for (const auto& rank : all) {
        QVERIFY(rank->leave());
    }
    QCOMPARE(recorder.wait(), 0);
    verifyComplete(all);
}

void TestRecord::losesNothingWhenKilledAgainAndAgain_data() {
    QTest::addColumn<QString>("endpoint");
    QTest::addColumn<bool>("keys");
    QTest::newRow("tcp") << QString::fromStdString(test::freeEndpoint()) << false;
    QTest::newRow("ipc") << "ipc://" + QDir::tempPath() +
                                QString("/rankscope-%1").arg(QCoreApplication::applicationPid())
                         << false;
    QTest::newRow("any address, with keys")
        << QString::fromStdString(test::freeEndpoint()).replace("127.0.0.1", "0.0.0.0") << true;
}

void TestRecord::losesNothingWhenKilledAgainAndAgain() {
    QFETCH(QString, endpoint);
    QFETCH(bool, keys);
    const QString connection = m_dir->filePath("connection.json");
    const QStringList more = keys ? QStringList{"--connection", connection} : QStringList{};
    RecordProcess recorder;
    QVERIFY2(!recorder.record(file(), endpoint.toStdString(), more).empty(),
             qPrintable(recorder.log()));
    const Ranks all = ranks((keys ? connection : endpoint).toStdString(), 4);
    for (const auto& rank : all) {
        rank->train();
    }
    std::mt19937 random(1);
    for (int kills = 0; kills < 12; ++kills) {
        const std::uint64_t goal = acknowledged(all) + 1 + random() % 10000;
        QTRY_VERIFY_WITH_TIMEOUT(acknowledged(all) >= goal, kPatienceMs);
        recorder.kill();
        QVERIFY2(!recorder.record(file(), endpoint.toStdString(), more).empty(),
                 qPrintable(recorder.log()));
    }
    for (const auto& rank : all) {
        rank->halt();
        QVERIFY(rank->leave());
    }
    recorder.signal(SIGTERM);
    QCOMPARE(recorder.wait(), 0);
    verifyComplete(all);
}

void TestRecord::takesHundredsInAtOnce() {
    constexpr std::size_t kRanks = 512, kSteps = 3;
    const QString connection = m_dir->filePath("connection.json");
    RecordProcess recorder;
    QVERIFY2(!recorder.record(file(), "tcp://127.0.0.1:0", {"--connection", connection}).empty(),
             qPrintable(recorder.log()));
    QProcess ranks;
    ranks.start(qEnvironmentVariable("RANKSCOPE_BIN") + "/rankscope-simulate",
                {"--connect", connection, "--ranks", QString::number(kRanks), "--steps",
                 QString::number(kSteps), "--timeout", "60"});
    QVERIFY(ranks.waitForFinished(90'000));
    QCOMPARE(ranks.exitCode(), 0);
    recorder.signal(SIGTERM);
    QCOMPARE(recorder.wait(), 0);
    const test::Stored stored = test::readStored(file().toStdString());
    QCOMPARE(stored.streams.size(), kRanks);
    for (const auto& [incarnation, stream] : stored.streams) {
        QVERIFY(stream.identityHolds());
        QCOMPARE(stream.byes, 1);
        QCOMPARE(stream.received.size(), kSteps);
    }
}

void TestRecord::findsRanksThatWereThereFirst() {
    const std::string endpoint = test::freeEndpoint();
    const Ranks all = ranks(endpoint, 2);
    for (const auto& rank : all) {
        rank->train(100);
        rank->finishTraining();
        QVERIFY(!rank->statistics().connected);
    }
    RecordProcess recorder;
    QVERIFY2(!recorder.record(file(), endpoint, {"--once"}).empty(), qPrintable(recorder.log()));
    QTRY_COMPARE_WITH_TIMEOUT(acknowledged(all), std::uint64_t{200}, kPatienceMs);
    for (const auto& rank : all) {
        QVERIFY(rank->leave());
    }
    QCOMPARE(recorder.wait(), 0);
    verifyComplete(all);
}

void TestRecord::endsOnASignalAndGoesOnLater_data() {
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGHUP") << SIGHUP;
}

void TestRecord::endsOnASignalAndGoesOnLater() {
    QFETCH(int, signal);
    const std::string endpoint = test::freeEndpoint();
    RecordProcess recorder;
    QVERIFY2(!recorder.record(file(), endpoint).empty(), qPrintable(recorder.log()));
    const Ranks all = ranks(endpoint, 2);
    for (const auto& rank : all) {
        rank->train();
    }
    QTRY_VERIFY_WITH_TIMEOUT(acknowledged(all) > 100, kPatienceMs);
    recorder.signal(signal);
    QCOMPARE(recorder.wait(), 0);
    const auto verdict = session::verify(file().toStdString());
    QVERIFY(verdict && verdict->damage.empty());

    QVERIFY2(!recorder.record(file(), endpoint, {"--once"}).empty(), qPrintable(recorder.log()));
    for (const auto& rank : all) {
        rank->halt();
        QVERIFY(rank->leave());
    }
    QCOMPARE(recorder.wait(), 0);
    QVERIFY2(recorder.log().contains("continuing " + file()), qPrintable(recorder.log()));
    verifyComplete(all);
}

void TestRecord::waitsWhileTheDiskIsFull() {
    RecordProcess recorder;
    const std::string endpoint = recorder.record(file(), "tcp://127.0.0.1:0", {"--once"});
    QVERIFY2(!endpoint.empty(), qPrintable(recorder.log()));
    const Ranks all = ranks(endpoint, 2);
    for (const auto& rank : all) {
        rank->train();
    }
    QTRY_VERIFY_WITH_TIMEOUT(acknowledged(all) > 1000, kPatienceMs);
    recorder.limitFileSize(100U << 10U); // no file of it may grow beyond that
    QTRY_VERIFY_WITH_TIMEOUT(recorder.log().contains("kept waiting"), kPatienceMs);
    QVERIFY2(recorder.log().contains("ulimit -f"), qPrintable(recorder.log()));
    recorder.limitFileSize(RLIM_INFINITY);
    QTRY_VERIFY_WITH_TIMEOUT(recorder.log().contains("recording again"), kPatienceMs);
    for (const auto& rank : all) {
        rank->halt();
        QVERIFY(rank->leave());
    }
    QCOMPARE(recorder.wait(), 0);
    verifyComplete(all);
}

void TestRecord::survivesALostTerminal() {
    RecordProcess recorder;
    recorder.launchUnread({"record", "--once", "--out", file(), "--listen", "tcp://127.0.0.1:0"});
    const std::string endpoint = recorder.waitForEndpoint();
    QVERIFY2(!endpoint.empty(), qPrintable(recorder.log()));
    auto hostile = link::Dealer::connect(endpoint);
    QVERIFY(hostile);
    QTRY_COMPARE_WITH_TIMEOUT((*hostile)->connections(), std::uint64_t{1}, kPatienceMs);
    QVERIFY((*hostile)->send(bytes("nonsense")) == link::Dealer::Sent::Yes); // it complains
    const Ranks all = ranks(endpoint, 1);
    all[0]->train(1000);
    QVERIFY(all[0]->leave());
    QCOMPARE(recorder.wait(), 0);
    verifyComplete(all);
}

void TestRecord::isNotHarmedByHostileMessages() {
    RecordProcess recorder;
    const std::string endpoint = recorder.record(file(), "tcp://127.0.0.1:0", {"--once"});
    QVERIFY2(!endpoint.empty(), qPrintable(recorder.log()));
    const Ranks all = ranks(endpoint, 2);
    for (const auto& rank : all) {
        rank->train();
    }
    const auto alive = [&] {
        const auto before = acknowledged(all);
        return QTest::qWaitFor([&] { return acknowledged(all) > before + 100; }, kPatienceMs);
    };
    QVERIFY(alive());

    wire::StepRecord record;
    record.incarnation = IncarnationId{0xbad};
    record.seq = Seq{1};
    const auto whole = wire::encode(record);
    std::vector<std::vector<std::byte>> messages;
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
        messages.emplace_back(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut));
    }
    messages.push_back(whole); // unknown incarnation
    auto newer = whole;
    newer[std::to_integer<unsigned>(newer[0]) >= 0xdc ? 3 : 1] = std::byte{2}; // major version
    messages.push_back(newer);
    messages.emplace_back(500000, std::byte{0x91}); // nested half a million times
    const auto huge = bytes("\xdd\xff\xff\xff\xff");
    messages.emplace_back(huge.begin(), huge.end());
    messages.push_back(wire::encode(wire::Welcome{}));
    messages.emplace_back(wire::limits::kMessageBytes + 1, std::byte{0});

    auto hostile = link::Dealer::connect(endpoint);
    QVERIFY(hostile);
    for (const auto& message : messages) {
        QTRY_VERIFY_WITH_TIMEOUT((*hostile)->connections() > 0, kPatienceMs);
        QVERIFY(QTest::qWaitFor(
            [&] { return (*hostile)->send(message) == link::Dealer::Sent::Yes; }, kPatienceMs));
    }
    QVERIFY(alive());

    // So large that ZeroMQ hangs up; then what doesn't even speak ZeroMQ.
    auto enormous = link::Dealer::connect(endpoint);
    QVERIFY(enormous);
    QTRY_COMPARE_WITH_TIMEOUT((*enormous)->connections(), std::uint64_t{1}, kPatienceMs);
    const std::vector<std::byte> four(4U << 20U, std::byte{0});
    QVERIFY((*enormous)->send(four) == link::Dealer::Sent::Yes);
    QTRY_VERIFY_WITH_TIMEOUT((*enormous)->connections() > 1, kPatienceMs);
    const Stranger browser(endpoint, "GET / HTTP/1.1\r\n\r\n");
    const Stranger silent(endpoint, "");
    const Stranger garbage(endpoint, std::string(100000, '\xff'));
    QVERIFY(browser.connected() && silent.connected());
    QVERIFY(alive());

    hostile->reset();
    enormous->reset();
    for (const auto& rank : all) {
        rank->halt();
        QVERIFY(rank->leave());
    }
    QCOMPARE(recorder.wait(), 0);
    QVERIFY2(recorder.log().contains(QString("%1 refused").arg(messages.size())),
             qPrintable(recorder.log()));
    verifyComplete(all);
}

void TestRecord::isNotTalkedOverByAHostilePeer() {
    RecordProcess recorder;
    const std::string endpoint = recorder.record(file(), "tcp://127.0.0.1:0");
    QVERIFY2(!endpoint.empty(), qPrintable(recorder.log()));
    auto hostile = link::Dealer::connect(endpoint);
    QVERIFY(hostile);
    QTRY_COMPARE_WITH_TIMEOUT((*hostile)->connections(), std::uint64_t{1}, kPatienceMs);
    QElapsedTimer clock;
    clock.start();
    for (std::uint64_t i = 0; clock.elapsed() < 1500; ++i) { // the recorder looks all 100 ms
        wire::Hello hello;
        hello.incarnation = IncarnationId{0xbad + i};
        hello.run = "\x1b[2J\rrun " + std::to_string(i);
        static_cast<void>((*hostile)->send(wire::encode(hello)));
        std::vector<std::byte> answer;
        QVERIFY(QTest::qWaitFor([&] { return (*hostile)->receive(answer); }, kPatienceMs));
    }
    recorder.signal(SIGTERM);
    QCOMPARE(recorder.wait(), 0);
    QCOMPARE(recorder.log().count("was not let in"), 1);
    QVERIFY(recorder.log().contains("\\x1b[2J\\x0drun "));
    QVERIFY(!recorder.log().contains('\x1b'));
}

void TestRecord::storesTwoThatClaimOneRank() {
    RecordProcess recorder;
    const std::string endpoint = recorder.record(file(), "tcp://127.0.0.1:0", {"--once"});
    QVERIFY2(!endpoint.empty(), qPrintable(recorder.log()));
    TrainingRank one(endpoint, 0, 1);
    TrainingRank two(endpoint, 0, 1);
    one.train(100);
    two.train(200);
    QTRY_VERIFY_WITH_TIMEOUT(one.statistics().connected && two.statistics().connected, kPatienceMs);
    QVERIFY(one.leave());
    QVERIFY(two.leave());
    QCOMPARE(recorder.wait(), 0);
    const test::Stored stored = test::readStored(file().toStdString());
    std::vector<std::size_t> counts;
    for (const auto& [incarnation, stream] : stored.streams) {
        QVERIFY(stream.identityHolds());
        counts.push_back(stream.received.size());
    }
    std::sort(counts.begin(), counts.end());
    QCOMPARE(counts, (std::vector<std::size_t>{100, 200}));
}

void TestRecord::saysWhatIsWrong_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("says");
    QTest::newRow("busy port") << QStringList{"record", "--out", "FILE", "--listen", "BUSY"} << 1
                               << "listens";
    QTest::newRow("open to the network")
        << QStringList{"record", "--out", "FILE", "--listen", "tcp://0.0.0.0:7000"} << 2
        << "ssh -N -L 7000:127.0.0.1:7000";
    QTest::newRow("open to the network, any port")
        << QStringList{"record", "--out", "FILE", "--listen", "tcp://0.0.0.0:0"} << 2
        << "or listen on tcp://127.0.0.1:*.";
    QTest::newRow("no endpoint") << QStringList{"record", "--out", "FILE", "--listen", "here"} << 2
                                 << "tcp://";
    QTest::newRow("no file") << QStringList{"record"} << 2 << "--out";
    QTest::newRow("no such folder")
        << QStringList{"record", "--out", "/nowhere/run", "--listen", "tcp://127.0.0.1:0"} << 1
        << "no folder /nowhere.";
    QTest::newRow("no name") << QStringList{"record", "--out", "", "--listen", "tcp://127.0.0.1:0"}
                             << 2 << "empty";
    QTest::newRow("no size") << QStringList{"record", "--out", "FILE", "--sketches", "lots"} << 2
                             << "such as 500M";
    QTest::newRow("negative size")
        << QStringList{"record", "--out", "FILE", "--sketches=-5"} << 2 << "such as 500M";
    QTest::newRow("wrong option") << QStringList{"record", "--ou"} << 2
                                  << "rankscope record --help";
    QTest::newRow("no command") << QStringList{} << 2 << "--help";
    QTest::newRow("unknown command") << QStringList{"recrod"} << 2 << "recrod";
}

void TestRecord::saysWhatIsWrong() {
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    QFETCH(QString, says);
    RecordProcess busy;
    const std::string endpoint =
        busy.record(m_dir->filePath("busy.rankscope"), "tcp://127.0.0.1:0");
    arguments.replaceInStrings("BUSY", QString::fromStdString(endpoint));
    arguments.replaceInStrings("FILE", file());
    RecordProcess wrong;
    wrong.launch(arguments);
    QCOMPARE(wrong.wait(), exitCode);
    QVERIFY2(wrong.log().startsWith("rankscope: "), qPrintable(wrong.log()));
    QVERIFY2(wrong.log().contains(says), qPrintable(wrong.log()));
    QVERIFY(!QFile::exists(file()));
}

QTEST_GUILESS_MAIN(TestRecord)
#include "TestRecord.moc"
