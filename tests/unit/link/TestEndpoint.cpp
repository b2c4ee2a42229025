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

    void keysOpenEveryAddress() {
        QCOMPARE(link::anyEndpoint("tcp://0.0.0.0:0").value(), std::string("tcp://0.0.0.0:*"));
        QCOMPARE(link::anyEndpoint("tcp://eth0:5757").value(), std::string("tcp://eth0:5757"));
        QCOMPARE(link::anyEndpoint("tcp://localhost:1").value(), std::string("tcp://127.0.0.1:1"));
        for (const char* const wrong : {"tcp://:1", "tcp://host", "udp://host:1", ""}) {
            QVERIFY(!link::anyEndpoint(wrong));
        }
    }

    void everywhereIsThisMachine() {
        const std::string name = QSysInfo::machineHostName().toStdString();
        QCOMPARE(link::reachableEndpoint("tcp://0.0.0.0:57"), "tcp://" + name + ":57");
        QCOMPARE(link::reachableEndpoint("tcp://[::]:57"), "tcp://" + name + ":57");
        QCOMPARE(link::reachableEndpoint("tcp://10.0.0.1:57"), std::string("tcp://10.0.0.1:57"));
    }
};

QTEST_APPLESS_MAIN(TestEndpoint)
#include "TestEndpoint.moc"
