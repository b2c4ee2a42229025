// SPDX-License-Identifier: Apache-2.0
// recover and snapshot as scripts see them, and what commands show of a hostile session.

#include "tests/support/Command.h"
#include "tests/support/Streams.h"
#include "transport/session/SessionReader.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using namespace rankscope;
using rankscope::test::Outcome;

class TestCopyCommands : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    QString m_file;

    QString write(const QString& name, const std::vector<wire::Event>& events) {
        const QString file = m_dir.filePath(name);
        const std::string problem = support::writeSession(file.toStdString(), events);
        if (!problem.empty()) {
            qFatal("%s", problem.c_str());
        }
        return file;
    }
    static Outcome run(const QStringList& arguments) {
        return rankscope::test::rankscope(arguments);
    }

  private slots:
    void initTestCase() { m_file = write("run.rankscope", support::streamOf({})); }

    void aCopyTellsTheSame_data() {
        QTest::addColumn<QString>("command");
        QTest::newRow("recover") << "recover";
        QTest::newRow("snapshot") << "snapshot";
    }

    void aCopyTellsTheSame() {
        QFETCH(QString, command);
        const QString copy = m_dir.filePath(command + ".rankscope");
        const Outcome got = run({command, m_file, "--out", copy});
        QCOMPARE(got.code, 0);
        QVERIFY2(got.err.isEmpty(), got.err.constData()); // progress is for terminals
        QCOMPARE(run({"verify", copy}).code, 0);
        QCOMPARE(run({"metrics", copy, "--per-rank"}).out,
                 run({"metrics", m_file, "--per-rank"}).out);
    }

    void nothingIsReplacedUnasked_data() { aCopyTellsTheSame_data(); }

    void nothingIsReplacedUnasked() {
        QFETCH(QString, command);
        const QString old = m_dir.filePath("old-" + command);
        QFile file(old);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("precious");
        file.close();
        const Outcome refused = run({command, m_file, "--out", old});
        QCOMPARE(refused.code, 2);
        QVERIFY(refused.err.contains("exists already"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("precious"));
        file.close();
        QCOMPARE(run({command, m_file, "--out", old, "--overwrite"}).code, 0);
        QCOMPARE(run({"verify", old}).code, 0);
        QCOMPARE(run({command, m_file, "--out", m_file, "--overwrite"}).code, 2);
        QCOMPARE(run({command, m_dir.filePath("none"), "--out", old, "--overwrite"}).code, 1);
        QCOMPARE(run({"verify", old}).code, 0);
        QCOMPARE(run({command, m_file}).code, 2);
    }

    void recoverSavesWhatACutLeft() {
        const QString cut = m_dir.filePath("cut.rankscope");
        support::StreamOptions options;
        options.steps = 2000;
        QFile file(write("long.rankscope", support::streamOf(options)));
        QVERIFY(file.copy(cut));
        QVERIFY(QFile::resize(cut, file.size() * 8 / 10));
        const QString saved = m_dir.filePath("saved.rankscope");
        const Outcome got = run({"recover", cut, "--out", saved});
        QCOMPARE(got.code, 0);
        QVERIFY2(got.out.contains("records saved"), got.out.constData());
        QCOMPARE(run({"verify", saved}).code, 0);
    }

    void recoverSaysWhenNothingWasLeft() {
        const QString cut = m_dir.filePath("stump.rankscope");
        QVERIFY(QFile::copy(m_file, cut));
        QVERIFY(QFile::resize(cut, 9000)); // behind SQLite's schema
        const Outcome got = run({"recover", cut, "--out", m_dir.filePath("nothing.rankscope")});
        QCOMPARE(got.code, 1);
        QVERIFY2(got.out.contains("0 records saved"), got.out.constData());
        QVERIFY2(got.out.contains("no longer says how many"), got.out.constData());
    }

    void recordersAreNoFiles_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("verify") << QStringList{"verify"};
        QTest::newRow("recover") << QStringList{"recover", "--out", m_dir.filePath("unmade")};
    }

    void recordersAreNoFiles() {
        QFETCH(QStringList, arguments);
        const Outcome got = run(arguments << "tcp://127.0.0.1:5758");
        QCOMPARE(got.code, 2);
        QVERIFY2(got.err.contains("rankscope snapshot"), got.err.constData());
    }

    /// A terminal obeys control characters: none comes out of a file.
    void aHostileSessionCannotSteerTheTerminal() {
        auto events = support::streamOf({});
        for (wire::Event& event : events) {
            if (auto* hello = std::get_if<wire::Hello>(&event)) {
                hello->name = "\x1b]0;owned\x07\r\nrun  fine";
                hello->host = "\xc2\x9b"
                              "2J \xe2\x80\xae"
                              "host\x7f";
                hello->device = "caf\xc3\xa9";
            }
        }
        const QString file = write("hostile.rankscope", events);
        const auto clean = [](const QByteArray& text) {
            return std::none_of(text.begin(), text.end(),
                                [](char c) {
                                    return (static_cast<unsigned char>(c) < 0x20 && c != '\n') ||
                                           c == 0x7f;
                                }) &&
                   !text.contains("\xc2\x9b") && !text.contains("\xe2\x80\xae");
        };
        const Outcome info = run({"info", file});
        QCOMPARE(info.code, 0);
        QVERIFY2(clean(info.out), info.out.toPercentEncoding().constData());
        QVERIFY(info.out.contains("\\x1b]0;owned\\x07\\x0d\\x0arun  fine\n"));
        QVERIFY(info.out.contains("caf\xc3\xa9"));
        const Outcome json = run({"info", file, "--json"});
        QVERIFY(clean(json.out));
        QCOMPARE(json.json()["ranks"][0]["device"].toString(), QString::fromUtf8("caf\xc3\xa9"));
        const Outcome missing = run({"info", QString::fromUtf8("no\x1b[2Jfile")});
        QVERIFY(clean(missing.err));
    }
};

QTEST_GUILESS_MAIN(TestCopyCommands)
#include "TestCopyCommands.moc"
