// SPDX-License-Identifier: Apache-2.0
#include "tests/support/FullDiskRun.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace rankscope;

/// Promise: a full disk pauses the recording, the gap says so, and it goes on by itself. The short
/// form of StressFullDisk.
class TestFullDisk : public QObject {
    Q_OBJECT

  private slots:
    void aFullDiskPausesAndGoesOn() {
        const QTemporaryDir folder;
        const support::SmallDisk disk(folder.path().toStdString(),
                                      32 << 10); // the log alone takes 8 MiB
        if (!disk.mounted()) {
            QSKIP("only root can mount a small disk here");
        }
        support::FullDiskRun run(disk, folder.path().toStdString());
        for (int i = 0; i < 3; ++i) {
            QVERIFY2(run.pause(), run.problem().c_str());
        }
        QVERIFY2(run.finish(), run.problem().c_str());
        QVERIFY(run.lostPaused() >= 2 * 3 * 50);
        QCOMPARE(run.lostOtherwise(), std::uint64_t(0));
    }
};

QTEST_GUILESS_MAIN(TestFullDisk)
#include "TestFullDisk.moc"
