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
        QVERIFY(parsed.options->files.isEmpty());
        QVERIFY(!parsed.options->listens && !parsed.options->theme);
        QCOMPARE(parsed.options->size, QSize(1600, 1000));
    }

    void takesTheContract() {
        const auto parsed = parse({"run.rankscope", "--screenshot", "out.png", "--after", "1.5",
                                   "--size", "1280x760", "--theme", "light"});
        QVERIFY(parsed.options);
        QCOMPARE(parsed.options->files, QStringList{"run.rankscope"});
        QCOMPARE(parsed.options->screenshot, QString("out.png"));
        QCOMPARE(parsed.options->afterSeconds, 1.5);
        QCOMPARE(parsed.options->size, QSize(1280, 760));
        QCOMPARE(parsed.options->theme, ThemeChoice::Light);
    }

    void severalFilesAreSideBySide() {
        const auto parsed = parse({"a.rankscope", "b.rankscope"});
        QVERIFY(parsed.options);
        QCOMPARE(parsed.options->files, (QStringList{"a.rankscope", "b.rankscope"}));
    }

    void recordersElsewhereAreShownLikeFiles() {
        const auto parsed = parse({"tcp://127.0.0.1:5758", "run.json"});
        QVERIFY(parsed.options);
        QCOMPARE(parsed.options->files, (QStringList{"tcp://127.0.0.1:5758", "run.json"}));
    }

    void picturesAreAlikeEverywhere() {
        QCOMPARE(parse({"a", "--screenshot", "x"}).options->theme, ThemeChoice::Dark);
        QCOMPARE(parse({"a", "--theme", "system"}).options->theme, ThemeChoice::System);
    }

    void wrongUsageIsTwo_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("unknown option") << QStringList{"--nope"};
        QTest::newRow("web address") << QStringList{"http://127.0.0.1:5757"};
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
