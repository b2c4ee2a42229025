// SPDX-License-Identifier: Apache-2.0
#include "tests/support/RecordingBesideReaders.h"

#include <QTemporaryDir>
#include <QTest>

using namespace rankscope;

/// Promise: readers never disturb a recording. The short form of StressReaders.
class TestSessionReaders : public QObject {
    Q_OBJECT

  private slots:
    void longQueriesDoNotHoldARecordingUp() {
        const QTemporaryDir folder;
        const auto result = support::recordBesideReaders(
            std::filesystem::path(folder.path().toStdString()) / "run",
            qEnvironmentVariable("RANKSCOPE_PYTHON").toStdString(), 2, std::chrono::seconds(4));
        QCOMPARE(result.failedCommits, 0);
        QVERIFY(result.readersWell);
        QVERIFY(result.sound);
        // Generous to a machine that has other things to do: a reader that held a writer up would
        // do so for as long as its question takes.
        QVERIFY2(result.worstCommit < 1.0, qPrintable(QString::number(result.worstCommit)));
        QVERIFY2(result.rowsPerSecond() > 25'000,
                 qPrintable(QString::number(result.rowsPerSecond())));
    }
};

QTEST_GUILESS_MAIN(TestSessionReaders)
#include "TestSessionReaders.moc"
