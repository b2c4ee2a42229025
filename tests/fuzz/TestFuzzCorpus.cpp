// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/Fuzz.h"

#include <QDirIterator>
#include <QFile>
#include <QTest>

/// Feeds the checked-in corpus (seeds, and every input that once broke something) to the functions
/// that the fuzzers call: under every compiler, with every sanitizer.
class TestFuzzCorpus : public QObject {
    Q_OBJECT

    static void replay(const QString& folder, void (*target)(std::span<const std::byte>)) {
        int inputs = 0;
        QDirIterator files(
            qEnvironmentVariable("RANKSCOPE_SOURCE") + "/tests/fuzz/corpus/" + folder, QDir::Files);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray content = file.readAll();
            target(std::as_bytes(std::span(content.constData(), std::size_t(content.size()))));
            ++inputs;
        }
        QVERIFY(inputs > 0);
    }

  private slots:
    void messages() { replay("message", rankscope::fuzz::message); }
    void viewMessages() { replay("view", rankscope::fuzz::viewMessage); }
    void connections() { replay("connection", rankscope::fuzz::connection); }
    void derivedRows() { replay("derived", rankscope::fuzz::derived); }
    void sessions() { replay("session", rankscope::fuzz::session); }
};

QTEST_GUILESS_MAIN(TestFuzzCorpus)
#include "TestFuzzCorpus.moc"
