// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/RecordedRun.h"

#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace rankscope;

namespace {

struct Outcome {
    int code = -1; ///< -1: it crashed or did not end
    QString out, err;
};

/// The real program on a node without a display.
Outcome bare(const QStringList& arguments) {
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const char* display : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(QLatin1String(display));
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(qEnvironmentVariable("RANKSCOPE_BIN") + "/rankscope-gui", arguments);
    Outcome outcome;
    if (process.waitForFinished() && process.exitStatus() == QProcess::NormalExit)
        outcome.code = process.exitCode();
    outcome.out = QString::fromUtf8(process.readAllStandardOutput());
    outcome.err = QString::fromUtf8(process.readAllStandardError());
    return outcome;
}

} // namespace

class TestProgram : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

  private slots:
    void withoutADisplayItSaysSo() {
        const Outcome outcome = bare({m_folder.filePath("any")});
        QCOMPARE(outcome.code, 1);
        QCOMPARE(outcome.err, QString("rankscope-gui: there is no display here. Use `rankscope "
                                      "record` to record without one, or --screenshot\n"));
    }

    void helpNeedsNone() {
        const Outcome outcome = bare({"--help"});
        QCOMPARE(outcome.code, 0);
        QVERIFY(outcome.out.startsWith("Usage: rankscope-gui "));
    }

    void pictureNeedsNone() {
        support::RecordedRun run;
        run.steps = 5;
        run.write(m_folder.filePath("run").toStdString());
        const QString picture = m_folder.filePath("run.png");
        const Outcome outcome = bare({m_folder.filePath("run"), "--screenshot", picture});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        QCOMPARE(QImage(picture).size(), QSize(1600, 1000));
        QCOMPARE(bare({m_folder.filePath("none"), "--screenshot", picture}).code, 1);
    }
};

QTEST_GUILESS_MAIN(TestProgram)
#include "TestProgram.moc"
