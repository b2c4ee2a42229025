// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Rank.h"
#include "tests/unit/view/FakeRows.h"
#include "transport/view/RemoteRows.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace rankscope;
using namespace std::chrono_literals;
using link::Connection;
using test::FakeSession;
using view::RemoteRows;

/// A view port that demands keys, and everybody who has no right to it.
class TestViewSecurity : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::shared_ptr<FakeSession> m_session;
    Connection m_connection;
    std::unique_ptr<view::ViewServer> m_server;

    std::string fileOf(Connection connection) {
        connection.endpoint = "tcp://127.0.0.1:1"; // not asked by viewers
        connection.viewEndpoint = "tcp://127.0.0.1:" + port();
        const std::string file = m_folder.filePath("connection.json").toStdString();
        if (!link::writeConnection(file, connection)) {
            qFatal("no connection file");
        }
        return file;
    }
    [[nodiscard]] std::string port() const {
        return m_server->endpoint().substr(m_server->endpoint().rfind(':') + 1);
    }

    void verifyTurnedAway(const std::string& address) {
        const auto rows = RemoteRows::open(address, {{}, 800ms});
        QVERIFY(!rows);
        QCOMPARE(rows.error().code, ErrorCode::Unavailable);
        QCOMPARE(m_server->statistics().requests, 0U);
        QVERIFY(RemoteRows::open(fileOf(m_connection))); // the door was open all the time
    }

  private slots:
    void init() {
        m_session = std::make_shared<FakeSession>();
        m_session->commit(3, 30);
        m_connection = link::newConnection().value();
        m_server = test::serve(m_session, "tcp://0.0.0.0:0", m_connection);
        QVERIFY(m_server && m_server->endpoint().starts_with("tcp://0.0.0.0:"));
    }
    void cleanup() { m_server.reset(); }

    void theViewKeyOpens() {
        const auto rows = RemoteRows::open(fileOf(m_connection));
        QVERIFY2(rows, rows ? "" : rows.error().what.c_str());
        QCOMPARE((*rows)->events(0, 1000)->rows.at(0).count, 3);
        QCOMPARE(m_server->statistics().refused, 0U);
    }

    void aFileForLookingOnlyIsEnough() {
        Connection looking = m_connection;
        looking.emitter = {};
        looking.server.secretKey.clear();
        QVERIFY(RemoteRows::open(fileOf(looking)));
    }

    /// Its connection file says where it is now.
    void aRecorderThatIsElsewhereByNowIsFoundAgain() {
        const std::string file = fileOf(m_connection);
        const auto rows = RemoteRows::open(file, {{}, 500ms});
        QVERIFY(rows);
        const std::string before = port();
        m_server.reset();
        QTRY_VERIFY(!(*rows)->changed()); // lost
        QCOMPARE((*rows)->changed().error().advice.find("endpoint"), std::string::npos);
        m_session->commit(2, 20);
        m_server = test::serve(m_session, "tcp://0.0.0.0:0", m_connection);
        QVERIFY(m_server && port() != before);
        fileOf(m_connection);
        QVERIFY(QTest::qWaitFor([&] { return (*rows)->changed().value_or(false); }, 10'000));
        QCOMPARE((*rows)->events(3, 1000)->rows.at(0).count, 2);
    }

    void theEmitKeyDoesNotView() {
        Connection emitting = m_connection;
        emitting.viewer = m_connection.emitter;
        verifyTurnedAway(fileOf(emitting));
        QVERIFY(m_server->statistics().refused > 0);
    }

    void anotherRunsKeyDoesNot() {
        Connection other = link::newConnection().value();
        other.server = m_connection.server;
        verifyTurnedAway(fileOf(other));
    }

    void noKeyDoesNot() { verifyTurnedAway("tcp://127.0.0.1:" + port()); }

    void aViewerDoesNotTalkToAnImpostor() {
        Connection other = m_connection;
        other.server = link::newConnection().value().server;
        verifyTurnedAway(fileOf(other));
    }

    /// A rank of the same run, with the emit key that is good elsewhere, at the wrong door.
    void aRankDoesNotComeIn() {
        Connection connection = m_connection;
        connection.endpoint = "tcp://127.0.0.1:" + port();
        const std::string file = m_folder.filePath("rank.json").toStdString();
        QVERIFY(link::writeConnection(file, connection));
        test::Rank rank(file, test::Rank::hello(1, 0, 1));
        rank.step();
        QTRY_VERIFY((rank.pump(1), m_server->statistics().refused > 0));
        QVERIFY(!rank.welcomed() && rank.refusal().empty());
    }

    void withoutKeysOnlyThisMachineIsServed() {
        const auto open = view::ViewServer::bind({"tcp://0.0.0.0:0", {}});
        QVERIFY(!open);
        QCOMPARE(open.error().code, ErrorCode::Usage);
    }

    void aFileForSendingOnlySaysSo() {
        Connection sending = m_connection;
        sending.viewer = {};
        sending.server.secretKey.clear();
        const auto rows = RemoteRows::open(fileOf(sending));
        QVERIFY(!rows);
        QCOMPARE(rows.error().code, ErrorCode::Usage);
    }
};

QTEST_GUILESS_MAIN(TestViewSecurity)
#include "TestViewSecurity.moc"
