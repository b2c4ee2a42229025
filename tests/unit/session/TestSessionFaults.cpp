// SPDX-License-Identifier: Apache-2.0
#include "tests/support/SessionFaults.h"
#include "tests/unit/session/Sessions.h"

#include <QTemporaryDir>

using namespace rankscope;
using namespace rankscope::session::samples;
using support::DiskFault;

Q_DECLARE_METATYPE(DiskFault)

/// Promise: a disk that fails costs no committed record. Here at every 7th write of a short run;
/// StressSession takes every one of longer runs.
class TestSessionFaults : public QObject {
    Q_OBJECT

  private slots:
    void nothingCommittedIsLost_data() {
        QTest::addColumn<DiskFault>("fault");
        QTest::addColumn<bool>("lasting");
        const std::pair<const char*, DiskFault> faults[] = {{"EIO", DiskFault::Error},
                                                            {"ENOSPC", DiskFault::Full},
                                                            {"short write", DiskFault::Short},
                                                            {"fsync", DiskFault::Sync}};
        for (const auto& [name, fault] : faults) {
            QTest::addRow("%s once", name) << fault << false;
            QTest::addRow("%s for good", name) << fault << true;
        }
    }

    void nothingCommittedIsLost() {
        QFETCH(DiskFault, fault);
        QFETCH(bool, lasting);
        const QTemporaryDir folder(scratch());
        support::FaultyRecording recording(
            std::filesystem::path(folder.path().toStdString()) / "run", run(60, true));
        const std::int64_t every = fault == DiskFault::Sync ? 1 : 7;
        int failed = 0;
        for (std::int64_t at = 1;; at += every) {
            const auto wrong = recording.run(fault, at, lasting);
            QVERIFY2(
                !wrong,
                qPrintable(
                    QString("at %1: %2").arg(at).arg(QString::fromStdString(wrong.value_or("")))));
            if (!recording.hasFailed()) {
                break; // the whole run is shorter
            }
            ++failed;
        }
        QVERIFY2(failed > 10, qPrintable(QString::number(failed)));
    }
};

QTEST_GUILESS_MAIN(TestSessionFaults)
#include "TestSessionFaults.moc"
