// SPDX-License-Identifier: Apache-2.0
// Promise 8: 4,096 ranks call a recorder with keys (CURVE) all at once, and each makes a few steps.
#include "tests/stress/Report.h"
#include "tests/support/RecordProcess.h"
#include "tests/support/Stored.h"

#include <QTemporaryDir>

#include <chrono>

using namespace rankscope;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kSteps = 3;

void storm(stress::Report& report, int ranks) {
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("run.rankscope")),
                  connection = folder.filePath(QStringLiteral("connection.json"));
    test::RecordProcess recorder;
    recorder.record(file, "tcp://127.0.0.1:0", {QStringLiteral("--connection"), connection});
    QProcess simulate;
    simulate.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    const auto start = Clock::now();
    simulate.start(qEnvironmentVariable("RANKSCOPE_BIN", QCoreApplication::applicationDirPath() +
                                                             QStringLiteral("/../bin")) +
                       QStringLiteral("/rankscope-simulate"),
                   {QStringLiteral("--connect"), connection, QStringLiteral("--ranks"),
                    QString::number(ranks), QStringLiteral("--processes"), QStringLiteral("2"),
                    QStringLiteral("--steps"), QString::number(kSteps), QStringLiteral("--timeout"),
                    QStringLiteral("120")});
    simulate.waitForFinished(180'000);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    recorder.signal(SIGTERM);
    recorder.wait();
    const test::Stored stored = test::readStored(file.toStdString());
    std::size_t received = 0;
    for (const auto& [incarnation, stream] : stored.streams) {
        received += stream.byes == 1 && stream.identityHolds() ? stream.received.size() : 0;
    }
    const std::string of = std::to_string(ranks) + " ranks with CURVE: ";
    report.atMost(8, (of + "connected, 3 steps, left").c_str(), seconds, 30, "s");
    report.atMost(8, (of + "records lost").c_str(),
                  static_cast<double>(kSteps) * ranks - static_cast<double>(received), 0, "");
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    stress::Report report(argc, argv);
    for (const int ranks : {1024, 4096}) {
        storm(report, ranks);
    }
    return report.exitCode();
}
