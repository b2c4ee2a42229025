// SPDX-License-Identifier: Apache-2.0
// The program rankscope-simulate against a collector in this process.
#include "FileSink.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace rankscope;

namespace {

struct Outcome {
    int code = -1;
    QByteArray out, error;
};

Outcome simulate(const QStringList& arguments) {
    QProcess process;
    process.start(qEnvironmentVariable("RANKSCOPE_BIN") + QStringLiteral("/rankscope-simulate"),
                  arguments);
    process.waitForFinished(60'000);
    const bool ended = process.state() == QProcess::NotRunning;
    return {ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

class TestSimulateProgram : public QObject {
    Q_OBJECT

  private slots:
    void recordsEverything_data();
    void recordsEverything();
    void saysWhenNobodyAnswers();
    void refusesWrongUsage();
};

void TestSimulateProgram::recordsEverything_data() {
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<int>("steps");
    QTest::newRow("one process") << QStringList() << 60;
    QTest::newRow("three processes")
        << QStringList{QStringLiteral("--processes"), QStringLiteral("3")} << 60;
    QTest::newRow("large sketches")
        << QStringList{QStringLiteral("--sketch"), QStringLiteral("32768")} << 60;
    QTest::newRow("at a rate") << QStringList{QStringLiteral("--rate"), QStringLiteral("200")}
                               << 20;
}

void TestSimulateProgram::recordsEverything() {
    QFETCH(QStringList, more);
    QFETCH(int, steps);
    const QTemporaryDir directory;
    const std::string file = directory.filePath(QStringLiteral("events")).toStdString();
    FileSink sink(file);
    link::Collector::Options options;
    options.endpoint = "tcp://127.0.0.1:0";
    const auto collector = link::Collector::bind(options, sink);
    QVERIFY(collector.has_value());
    const Outcome outcome = simulate(
        QStringList{QStringLiteral("--connect"), QString::fromStdString((*collector)->endpoint()),
                    QStringLiteral("--ranks"), QStringLiteral("5"), QStringLiteral("--steps"),
                    QString::number(steps), QStringLiteral("--fault"), QStringLiteral("nan@1@3")} +
        more);
    QVERIFY2(outcome.code == 0, outcome.error.constData());
    QCOMPARE(outcome.out, QByteArray::number(5 * steps) + " records: " +
                              QByteArray::number(5 * steps) + " acknowledged, 0 lost\n");
    const auto books = FileSink::read(file);
    QCOMPARE(books.size(), std::size_t{5});
    for (const auto& [incarnation, one] : books) {
        QVERIFY(one.balanced());
        QCOMPARE(one.received.size(), static_cast<std::size_t>(steps));
    }
}

void TestSimulateProgram::saysWhenNobodyAnswers() {
    const Outcome outcome =
        simulate({QStringLiteral("--connect"), QStringLiteral("tcp://127.0.0.1:9"),
                  QStringLiteral("--timeout"), QStringLiteral("0.2")});
    QCOMPARE(outcome.code, 1);
    QVERIFY(outcome.error.contains("no collector answers at tcp://127.0.0.1:9"));
}

void TestSimulateProgram::refusesWrongUsage() {
    const QString connect = QStringLiteral("--connect"),
                  nobody = QStringLiteral("tcp://127.0.0.1:9");
    QCOMPARE(simulate({}).code, 2);
    QCOMPARE(simulate({connect, QStringLiteral("nonsense")}).code, 2);
    QCOMPARE(simulate({connect, nobody, QStringLiteral("--ranks"), QStringLiteral("0")}).code, 2);
    QCOMPARE(simulate({connect, nobody, QStringLiteral("--sketch"), QStringLiteral("100")}).code,
             2);
    const Outcome fault =
        simulate({connect, nobody, QStringLiteral("--fault"), QStringLiteral("nan@8@1")});
    QCOMPARE(fault.code, 2);
    QVERIFY(fault.error.contains("ranks are 0 to 7"));
    QCOMPARE(simulate({QStringLiteral("--help")}).code, 0);
}

} // namespace

QTEST_GUILESS_MAIN(TestSimulateProgram)
#include "TestSimulateProgram.moc"
