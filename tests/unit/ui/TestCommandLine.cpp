// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/CommandLine.h"

#include <QTest>

using namespace rankscope::ui;

class TestCommandLine : public QObject {
    Q_OBJECT

    static ParsedCommandLine parse(QStringList arguments) {
        arguments.prepend(QStringLiteral("rankscope-gui"));
        return parseCommandLine(arguments);
    }

  private slots:
    void withoutArgumentsItListens() {
        const auto parsed = parse({});
        QVERIFY(parsed.options);
        QCOMPARE(parsed.options->endpoint, QString("tcp://127.0.0.1:5757"));
        QVERIFY(parsed.options->file.isEmpty());
        QCOMPARE(parsed.options->size, QSize(1600, 1000));
    }

    void takesTheContract() {
        const auto parsed = parse({"run.rankscope", "--screenshot", "out.png", "--after", "1.5",
                                   "--size", "1280x760", "--theme", "light"});
        QVERIFY(parsed.options);
        QCOMPARE(parsed.options->file, QString("run.rankscope"));
        QCOMPARE(parsed.options->screenshot, QString("out.png"));
        QCOMPARE(parsed.options->afterSeconds, 1.5);
        QCOMPARE(parsed.options->size, QSize(1280, 760));
        QVERIFY(parsed.options->light);
    }

    void wrongUsageIsTwo_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("unknown option") << QStringList{"--nope"};
        QTest::newRow("two files") << QStringList{"a", "b"};
        QTest::newRow("file and listen") << QStringList{"a", "--listen", "tcp://127.0.0.1:1"};
        QTest::newRow("after alone") << QStringList{"--after", "1"};
        QTest::newRow("after what") << QStringList{"--screenshot", "x", "--after", "soon"};
        QTest::newRow("size") << QStringList{"--size", "big"};
        QTest::newRow("no such screen") << QStringList{"--size", "99999x1000"};
        QTest::newRow("theme") << QStringList{"--theme", "pink"};
    }

    void wrongUsageIsTwo() {
        QFETCH(QStringList, arguments);
        const auto parsed = parse(arguments);
        QVERIFY(!parsed.options);
        QCOMPARE(parsed.exitCode, 2);
        QVERIFY(parsed.text.startsWith("rankscope-gui: "));
    }

    void helpAndVersion() {
        QCOMPARE(parse({"--help"}).exitCode, 0);
        QVERIFY(parse({"--help"}).text.startsWith("Usage: rankscope-gui ["));
        QVERIFY(parse({"--help"}).text.contains("--screenshot"));
        QVERIFY(parse({"--version"}).text.startsWith("rankscope-gui "));
    }
};

QTEST_APPLESS_MAIN(TestCommandLine)
#include "TestCommandLine.moc"
