// SPDX-License-Identifier: Apache-2.0
#include "transport/link/Endpoint.h"

#include <QtTest>

using namespace rankscope;
using link::loopbackEndpoint;

class TestEndpoint : public QObject {
    Q_OBJECT

  private slots:
    void takesLoopback_data() {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("spelled");
        QTest::newRow("address") << "tcp://127.0.0.1:5757"
                                 << "tcp://127.0.0.1:5757";
        QTest::newRow("name") << "tcp://localhost:5757"
                              << "tcp://127.0.0.1:5757";
        QTest::newRow("other loopback") << "tcp://127.9.8.7:1"
                                        << "tcp://127.9.8.7:1";
        QTest::newRow("IPv6") << "tcp://[::1]:5757"
                              << "tcp://[::1]:5757";
        QTest::newRow("port 0") << "tcp://127.0.0.1:0"
                                << "tcp://127.0.0.1:*";
        QTest::newRow("any port") << "tcp://127.0.0.1:*"
                                  << "tcp://127.0.0.1:*";
        QTest::newRow("ipc") << "ipc:///tmp/x"
                             << "ipc:///tmp/x";
    }
    void takesLoopback() {
        QFETCH(QString, given);
        QFETCH(QString, spelled);
        const auto endpoint = loopbackEndpoint(given.toStdString());
        QVERIFY(endpoint);
        QCOMPARE(QString::fromStdString(*endpoint), spelled);
    }

    void refusesTheRestWithAdvice_data() {
        QTest::addColumn<QString>("given");
        for (const char* const given : {"tcp://*:5757",
                                        "tcp://0.0.0.0:5757",
                                        "tcp://10.0.0.1:5757",
                                        "tcp://[::]:5757",
                                        "tcp://::1:5757",
                                        "tcp://example.org:5757",
                                        "tcp://127.0.0.1.example.org:5757",
                                        "tcp://128.0.0.1:1",
                                        "tcp://eth0:5757",
                                        "tcp://127.0.0.1",
                                        "tcp://127.0.0.1:",
                                        "tcp://127.0.0.1:65536",
                                        "tcp://127.0.0.1:-1",
                                        "tcp://127.0.0.1:57a",
                                        "tcp://:5757",
                                        "udp://127.0.0.1:5757",
                                        "inproc://x",
                                        "ipc://",
                                        "5757",
                                        ""}) {
            QTest::newRow(given) << given;
        }
        QTest::newRow("long path") << "ipc://" + QString(108, 'x');
    }
    void refusesTheRestWithAdvice() {
        QFETCH(QString, given);
        const auto endpoint = loopbackEndpoint(given.toStdString());
        QVERIFY(!endpoint);
        QCOMPARE(endpoint.error().code, ErrorCode::Usage);
        QVERIFY(!endpoint.error().advice.empty());
    }
};

QTEST_APPLESS_MAIN(TestEndpoint)
#include "TestEndpoint.moc"
