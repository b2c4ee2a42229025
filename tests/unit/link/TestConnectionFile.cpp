// SPDX-License-Identifier: Apache-2.0
#include "transport/link/ConnectionFile.h"
#include "transport/link/Dealer.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <sys/stat.h>

using namespace rankscope;
using namespace rankscope::link;

class TestConnectionFile : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path path(const char* name) const {
        return m_folder.filePath(QLatin1String(name)).toStdString();
    }
    static Connection some() {
        Connection connection = newConnection().value();
        connection.endpoint = "tcp://node1:5757";
        connection.viewEndpoint = "tcp://node1:5758";
        return connection;
    }

  private slots:
    void comesBackAsItWas() {
        const Connection connection = some();
        QVERIFY(writeConnection(path("run.json"), connection));
        struct stat status {};
        QCOMPARE(stat(path("run.json").c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777U, 0600U);
        QVERIFY(readConnection(path("run.json")).value() == connection);
        QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files), QStringList{"run.json"});
    }

    void whoOnlySendsOrLooksHasNoMoreKeys() {
        Connection sends = some(), looks = some();
        sends.server.secretKey.clear();
        sends.viewer = {};
        looks.server.secretKey.clear();
        looks.emitter = {};
        for (const Connection& connection : {sends, looks}) {
            const auto read = parseConnection(connectionText(connection));
            QVERIFY(read && *read == connection && !read->mayRecord());
        }
        QVERIFY(sends.mayEmit() && !sends.mayView() && looks.mayView() && !looks.mayEmit());
        QVERIFY(some().mayRecord());
        QCOMPARE(Dealer::connect(looks).error().code, ErrorCode::Usage);
        sends.emitter = {};
        QVERIFY(!parseConnection(connectionText(sends)));
    }

    void everyRunHasKeysOfItsOwn() {
        const Connection one = some(), other = some();
        QVERIFY(one.server != other.server && one.emitter != other.emitter &&
                one.viewer != other.viewer);
        QVERIFY(one.emitter != one.viewer && one.emitter != one.server);
    }

    void refusesAFileThatOthersCanRead() {
        QVERIFY(writeConnection(path("open.json"), some()));
        for (const mode_t mode : {0640, 0604, 0620}) {
            QCOMPARE(chmod(path("open.json").c_str(), mode), 0);
            const auto read = readConnection(path("open.json"));
            QVERIFY(!read);
            QCOMPARE(read.error().code, ErrorCode::Usage);
            QVERIFY(read.error().advice.find("chmod 600") != std::string::npos);
        }
    }

    void anotherFileHasNoSecrets() {
        std::ofstream(path("other.json")) << R"({"a": 1})";
        QCOMPARE(chmod(path("other.json").c_str(), 0644), 0);
        QCOMPARE(readConnection(path("other.json")).error().code, ErrorCode::Malformed);
    }

    void isUntouchedUntilTheNewOneIsPut() {
        const Connection old = some(), fresh = some();
        QVERIFY(writeConnection(path("held.json"), old));
        { QVERIFY(StagedConnection::write(path("held.json"), fresh)); }
        QVERIFY(readConnection(path("held.json")).value() == old);
        {
            auto staged = StagedConnection::write(path("held.json"), fresh);
            QVERIFY(readConnection(path("held.json")).value() == old);
            QVERIFY(staged->put());
        }
        QVERIFY(readConnection(path("held.json")).value() == fresh);
        QVERIFY(QDir(m_folder.path()).entryList({"*.new"}, QDir::Files).isEmpty());
    }

    void saysThatNothingIsThere() {
        QCOMPARE(readConnection(path("missing.json")).error().code, ErrorCode::Io);
        QCOMPARE(writeConnection(path("no/folder.json"), some()).error().code, ErrorCode::Io);
        QVERIFY(!readConnection(m_folder.path().toStdString()));
    }

    void aSymbolicLinkIsNotFollowedWhenWriting() {
        std::ofstream(path("victim")) << "precious";
        std::filesystem::create_symlink(path("victim"), path("link.json"));
        QVERIFY(writeConnection(path("link.json"), some()));
        QVERIFY(!std::filesystem::is_symlink(path("link.json")));
        QCOMPARE(std::filesystem::file_size(path("victim")), std::uintmax_t{8});
    }

    void refusesWhatIsNotWhole() {
        const std::string whole = connectionText(some());
        for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
            QVERIFY(!parseConnection(whole.substr(0, size)));
        }
    }

    void refusesWhatIsWrong_data() {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::newRow("newer version") << "connection\": 1"
                                       << "connection\": 2";
        QTest::newRow("negative version") << "connection\": 1"
                                          << "connection\": -1";
        QTest::newRow("no endpoint") << "tcp://node1:5757"
                                     << "node1";
        QTest::newRow("another's name") << "rankscope_connection"
                                        << "jupyter_connection";
        QTest::newRow("no view keys") << "\"view\""
                                      << "\"seen\"";
    }
    void refusesWhatIsWrong() {
        QFETCH(QString, from);
        QFETCH(QString, to);
        const QString whole = QString::fromStdString(connectionText(some()));
        QVERIFY(whole.contains(from));
        const auto read = parseConnection(QString(whole).replace(from, to).toStdString());
        QVERIFY(!read && !read.error().what.empty() && !read.error().advice.empty());
    }

    void keysBelongTogether() {
        Connection mixed = some();
        mixed.emitter.publicKey = mixed.viewer.publicKey;
        QCOMPARE(parseConnection(connectionText(mixed)).error().code, ErrorCode::Malformed);
        Connection shortened = some();
        shortened.server.secretKey.pop_back();
        QVERIFY(!parseConnection(connectionText(shortened)));
    }

    void pathsAreToldFromEndpoints() {
        QVERIFY(isConnectionFile("run.connection.json") && isConnectionFile("/a/b"));
        QVERIFY(!isConnectionFile("tcp://127.0.0.1:1") && !isConnectionFile("ipc:///tmp/x"));
        QVERIFY(!isConnectionFile(""));
    }
};

QTEST_APPLESS_MAIN(TestConnectionFile)
#include "TestConnectionFile.moc"
