// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Rank.h"
#include "transport/link/Collector.h"
#include "transport/link/Curve.h"
#include "transport/link/Zmq.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>

using namespace rankscope;
using namespace std::chrono_literals;
using link::Collector;
using link::Connection;
using test::pumpUntil;
using test::Rank;

namespace {

/// Counts what was let through.
class Counter : public link::EventSink {
  public:
    Result<link::Admission> admit(const wire::Hello&) override {
        ++admitted;
        return link::Admission{"run", Seq{0}, {}, false};
    }
    Result<void> commit(std::span<const wire::Event> batch) override {
        events += batch.size();
        return {};
    }
    std::atomic<std::size_t> admitted = 0, events = 0;
};

} // namespace

/// A recorder that demands keys, and everybody who has no right to it.
class TestSecurity : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Counter m_sink;
    Connection m_connection;
    std::unique_ptr<Collector> m_collector;

    /// The path of a connection file with these keys and the collector's endpoint.
    std::string fileOf(Connection connection) {
        connection.endpoint = m_collector->endpoint();
        const std::string file = m_folder.filePath("connection.json").toStdString();
        if (!link::writeConnection(file, connection)) {
            qFatal("no connection file");
        }
        return file;
    }

    /// One after the other, so that the good rank shows that the door was open all the time.
    void verifyTurnedAway(Rank& stranger) {
        Rank good(fileOf(m_connection), Rank::hello(1, 0, 2));
        good.step();
        stranger.step();
        stranger.leave();
        QVERIFY(pumpUntil({&good, &stranger}, [&] { return good.allCommitted(); }));
        QTRY_VERIFY((stranger.pump(1), m_collector->statistics().refused > 0));
        QVERIFY(!stranger.welcomed() && stranger.committed() == 0);
        QCOMPARE(m_sink.admitted.load(), std::size_t{1});
    }

  private slots:
    void init() {
        m_sink.admitted = m_sink.events = 0;
        m_connection = link::newConnection().value();
        Collector::Options options;
        options.endpoint = "tcp://0.0.0.0:0";
        options.keys = m_connection;
        auto bound = Collector::bind(options, m_sink);
        QVERIFY2(bound, bound ? "" : bound.error().what.c_str());
        m_collector = std::move(*bound);
        QVERIFY(m_collector->endpoint().starts_with("tcp://0.0.0.0:"));
    }
    void cleanup() { m_collector.reset(); }

    void theKeyOpens() {
        Rank rank(fileOf(m_connection), Rank::hello(1, 0, 1));
        for (int i = 0; i < 100; ++i) {
            rank.step();
        }
        rank.leave();
        QVERIFY(pumpUntil({&rank}, [&] { return rank.gone(); }));
        QCOMPARE(m_collector->statistics().records, 100U);
        QCOMPARE(m_collector->statistics().refused, 0U);
    }

    void anotherRunsKeyDoesNot() {
        Connection other = link::newConnection().value();
        other.server = m_connection.server;
        Rank stranger(fileOf(other), Rank::hello(2, 1, 2));
        verifyTurnedAway(stranger);
    }

    void theViewKeyDoesNotEmit() {
        Connection viewer = m_connection;
        viewer.emitter = m_connection.viewer;
        Rank stranger(fileOf(viewer), Rank::hello(2, 1, 2));
        verifyTurnedAway(stranger);
    }

    void noKeyDoesNot() {
        Rank stranger(m_collector->endpoint(), Rank::hello(2, 1, 2));
        Rank good(fileOf(m_connection), Rank::hello(1, 0, 2));
        good.step();
        stranger.step();
        QVERIFY(pumpUntil({&good, &stranger}, [&] { return good.allCommitted(); }));
        for (int i = 0; i < 200;
             ++i) { // a handshake that is not CURVE ends before any key is asked
            stranger.pump(5);
        }
        QVERIFY(!stranger.welcomed());
        QCOMPARE(m_sink.admitted.load(), std::size_t{1});
    }

    void aRankDoesNotTalkToAnImpostor() {
        Connection other = m_connection;
        other.server = link::newConnection().value().server; // not the one that answers here
        Rank rank(fileOf(other), Rank::hello(2, 1, 2));
        rank.step();
        for (int i = 0; i < 200; ++i) {
            rank.pump(5);
        }
        QVERIFY(!rank.welcomed());
        QCOMPARE(m_sink.admitted.load(), std::size_t{0});
    }

    void aRestartedRecorderIsStillTheSame() {
        const std::string file = fileOf(m_connection);
        Rank rank(file, Rank::hello(1, 0, 1));
        rank.step();
        QVERIFY(pumpUntil({&rank}, [&] { return rank.allCommitted(); }));
        Collector::Options options;
        options.endpoint = m_collector->endpoint();
        options.keys = link::readConnection(file).value();
        m_collector.reset();
        rank.step();
        auto bound = Collector::bind(options, m_sink);
        QVERIFY(bound);
        m_collector = std::move(*bound);
        QVERIFY(pumpUntil({&rank}, [&] { return rank.welcomes() == 2 && rank.allCommitted(); }));
    }

    /// ZeroMQ's own default would let every key in.
    void withoutADoorkeeperNobodyGetsIn() {
        void* const context = zmq_ctx_new();
        {
            link::Socket guarded(zmq_socket(context, ZMQ_ROUTER));
            QVERIFY(link::guardSocket(
                guarded.get(),
                {m_connection.server, m_connection.emitter.publicKey, "rankscope.emit"}));
            QCOMPARE(zmq_bind(guarded.get(), "tcp://127.0.0.1:*"), 0);
            char endpoint[64] = {};
            std::size_t size = sizeof endpoint;
            QCOMPARE(zmq_getsockopt(guarded.get(), ZMQ_LAST_ENDPOINT, endpoint, &size), 0);
            Connection connection = m_connection;
            connection.endpoint = endpoint;
            auto dealer = link::Dealer::connect(connection);
            QVERIFY(dealer);
            zmq_pollitem_t item{guarded.get(), 0, ZMQ_POLLIN, 0};
            QCOMPARE(zmq_poll(&item, 1, 1000), 0); // not even the probe of a new connection
        }
        zmq_ctx_term(context);
    }
};

QTEST_GUILESS_MAIN(TestSecurity)
#include "TestSecurity.moc"
