// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <arpa/inet.h>
#include <csignal>
#include <random>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rankscope::test {

/// A tcp endpoint that is free now and stays so between two recorders: below the range from which
/// the system takes ports for outgoing connections.
inline std::string freeEndpoint() {
    std::random_device random;
    for (;;) {
        const auto port = static_cast<std::uint16_t>(20000 + random() % 12000);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        const int probe = socket(AF_INET, SOCK_STREAM, 0);
        const bool free =
            bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        close(probe);
        if (free) {
            return "tcp://127.0.0.1:" + std::to_string(port);
        }
    }
}

/// `rankscope record` in a process of its own.
class RecordProcess {
  public:
    static constexpr int kPatienceMs = 30000;

    RecordProcess() { m_process.setProcessChannelMode(QProcess::MergedChannels); }
    ~RecordProcess() {
        if (m_process.state() != QProcess::NotRunning) {
            kill();
        }
    }
    RecordProcess(const RecordProcess&) = delete;
    RecordProcess& operator=(const RecordProcess&) = delete;

    void launch(const QStringList& arguments) {
        m_log.clear();
        m_process.start(program(), arguments);
    }

    /// The same, behind a reader that goes away after the first line.
    void launchUnread(const QStringList& arguments) {
        m_log.clear();
        m_process.start("bash", QStringList{"-o", "pipefail", "-c", R"("$0" "$@" 2>&1 | head -n 1)",
                                            program()} +
                                    arguments);
    }

    /// Starts recording and waits until it listens. Returns the endpoint, empty when it failed.
    std::string record(const QString& file, const std::string& listen,
                       const QStringList& more = {}) {
        launch(QStringList{"record", "--out", file, "--listen", QString::fromStdString(listen)} +
               more);
        return waitForEndpoint();
    }

    std::string waitForEndpoint() {
        const QString mark = "listening ";
        QDeadlineTimer deadline(kPatienceMs);
        while (!log().contains(mark) || !m_log.mid(m_log.indexOf(mark)).contains('\n')) {
            if (deadline.hasExpired() || m_process.state() == QProcess::NotRunning) {
                return {};
            }
            m_process.waitForReadyRead(100);
        }
        const QString rest = m_log.mid(m_log.indexOf(mark) + mark.size());
        return rest.left(rest.indexOf('\n')).toStdString();
    }

    void signal(int number) { ::kill(static_cast<pid_t>(m_process.processId()), number); }

    void limitFileSize(rlim_t bytes) {
        const rlimit limit{bytes, RLIM_INFINITY};
        prlimit(static_cast<pid_t>(m_process.processId()), RLIMIT_FSIZE, &limit, nullptr);
    }

    /// As a power cut would: nothing is flushed, nobody is told.
    void kill() {
        signal(SIGKILL);
        m_process.waitForFinished(kPatienceMs);
    }

    /// Exit code, or -1 when it didn't end or crashed.
    int wait() {
        if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(kPatienceMs)) {
            return -1;
        }
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }

    /// Everything it has printed.
    const QString& log() {
        m_log += QString::fromUtf8(m_process.readAll());
        return m_log;
    }

  private:
    static QString program() {
        return qEnvironmentVariable("RANKSCOPE_BIN",
                                    QCoreApplication::applicationDirPath() + "/../bin") +
               "/rankscope";
    }

    QProcess m_process;
    QString m_log;
};

} // namespace rankscope::test
