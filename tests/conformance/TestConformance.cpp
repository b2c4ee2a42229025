// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/Golden.h"
#include "transport/session/SessionReader.h"
#include "transport/session/SessionWriter.h"
#include "transport/wire/Codec.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace rankscope;

// Compares bits, since NaN is not equal to itself: the encoding is a bijection (TestCodec).
static bool sameEvents(const std::vector<wire::Event>& a, const std::vector<wire::Event>& b) {
    const auto bytesOf = [](const std::vector<wire::Event>& events) {
        std::vector<std::vector<std::byte>> bytes;
        for (const wire::Event& event : events) {
            bytes.push_back(std::visit(
                [](const auto& message) { return wire::encode(wire::Message(message)); }, event));
        }
        return bytes;
    };
    return bytesOf(a) == bytesOf(b);
}

/// The golden files, read and written by this build and by Python with nothing but msgpack,
/// sqlite3 and zlib.
class TestConformance : public QObject {
    Q_OBJECT

    const QDir m_here{qEnvironmentVariable("RANKSCOPE_SOURCE") + "/tests/conformance"};

    void runPython(const QStringList& arguments) {
        QProcess python;
        python.setProcessChannelMode(QProcess::MergedChannels);
        python.start(qEnvironmentVariable("RANKSCOPE_PYTHON"), arguments);
        QVERIFY2(python.waitForFinished(60'000), "Python did not come to an end");
        QVERIFY2(python.exitStatus() == QProcess::NormalExit && python.exitCode() == 0,
                 python.readAll().constData());
    }

    static std::vector<std::byte> contentOf(const QString& path) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) {
            qFatal("%s cannot be read", qPrintable(path));
        }
        const QByteArray raw = file.readAll();
        const auto* data = reinterpret_cast<const std::byte*>(raw.constData());
        return {data, data + raw.size()};
    }

    /// Reads a golden session, whoever wrote it.
    static void checkSession(const QString& path, int version) {
        const auto reader = session::SessionReader::open(path.toStdString());
        QVERIFY2(reader, reader ? "" : reader.error().what.c_str());
        std::vector<wire::Event> events;
        QVERIFY((*reader)->read(events).value_or(false));
        QVERIFY(!(*reader)->read(events).value_or(true));

        std::vector<wire::Event> expected = golden::events();
        const wire::Sketch sketch = *golden::fullStep().sketch;
        std::get<wire::StepRecord>(expected.at(1)).sketch.reset();
        QVERIFY(sameEvents(events, expected));

        const auto sketches = (*reader)->sketches(Step(70000));
        QVERIFY(sketches && sketches->size() == 1);
        QVERIFY(sketches->front().sketch == sketch);
        QVERIFY(sketches->front().incarnation == golden::kIncarnation);
        QCOMPARE(sketches->front().seq.value(), std::uint64_t(1));

        const auto head = (*reader)->head();
        QVERIFY(head && head->runId == golden::kRun && head->formatVersion == version);
        if (version >= 2) {
            for (const session::Derived& one : golden::derived()) {
                const auto kept = (*reader)->derived(one.kind, one.number, one.number + 1);
                QVERIFY(kept && kept->size() == 1 && kept->front().data == one.data);
            }
        }

        const auto verdict = session::verify(path.toStdString());
        QVERIFY(verdict.has_value());
        QVERIFY2(verdict->damage.empty(),
                 verdict->damage.empty() ? "" : verdict->damage.front().c_str());
        QCOMPARE(verdict->records, std::uint64_t(2));
        QCOMPARE(verdict->declaredLost, std::uint64_t(298));
    }

  private slots:
    void messagesAreEncodedAsEver() {
        std::vector<std::byte> bytes;
        for (const wire::Message& message : golden::messages()) {
            const std::vector<std::byte> one = wire::encode(message);
            bytes.insert(bytes.end(), one.begin(), one.end());
        }
        QVERIFY(bytes == contentOf(m_here.filePath("golden/messages.msgpack")));
    }

    void goldenMessagesAreRead() {
        const std::vector<std::byte> bytes = contentOf(m_here.filePath("golden/messages.msgpack"));
        std::span<const std::byte> left(bytes);
        for (const wire::Message& expected : golden::messages()) {
            const Result<wire::Message> message = wire::decodeFirst(left);
            QVERIFY(message.has_value());
            QVERIFY(wire::encode(*message) == wire::encode(expected));
        }
        QVERIFY(left.empty());
    }

    /// One of every version of the format.
    void goldenSessionsAreRead() {
        checkSession(m_here.filePath("golden/session-v1.rankscope"), 1);
        checkSession(m_here.filePath("golden/session-v2.rankscope"), 2);
    }

    /// A recorder that goes on with an old file makes a new one of it.
    void anOldSessionIsContinued() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("old.rankscope");
        QVERIFY(QFile::copy(m_here.filePath("golden/session-v1.rankscope"), path));
        QVERIFY(QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner));
        {
            const auto writer = session::SessionWriter::open(path.toStdString(), golden::kRun, {});
            QVERIFY2(writer, writer ? "" : writer.error().what.c_str());
            (*writer)->keep(golden::derived());
            QVERIFY((*writer)->close().has_value());
        }
        checkSession(path, 2);
    }

    void pythonReadsTheGoldenFiles() {
        runPython({m_here.filePath("read_golden.py"), m_here.filePath("golden")});
    }

    void aSessionOfPythonIsRead() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("python.rankscope");
        runPython({m_here.filePath("write_session.py"), path});
        checkSession(path, 2);
    }

    /// The example in FORMAT.md is what users copy: it has to work as it stands.
    void theExampleInTheDocumentationWorks() {
        QFile document(m_here.filePath("../../transport/session/FORMAT.md"));
        QVERIFY(document.open(QIODevice::ReadOnly));
        const QByteArray text = document.readAll();
        const qsizetype begin = text.indexOf("```python\n");
        QVERIFY(begin >= 0);
        const qsizetype end = text.indexOf("```", begin + 10);
        const QTemporaryDir folder;
        QFile script(folder.filePath("example.py"));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write(text.mid(begin + 10, end - begin - 10));
        script.close();

        QProcess python;
        python.start(qEnvironmentVariable("RANKSCOPE_PYTHON"),
                     {script.fileName(), m_here.filePath("golden/session-v2.rankscope")});
        QVERIFY(python.waitForFinished(60'000));
        QVERIFY2(python.exitCode() == 0, python.readAllStandardError().constData());
        const QList<QByteArray> lines = python.readAllStandardOutput().trimmed().split('\n');
        QCOMPARE(lines.size(), 2);
        QCOMPARE(lines.at(0), QByteArray("rank 1 step 70000 loss 2.5"));
        QCOMPARE(lines.at(1), QByteArray("rank 1 step 70001 loss nan"));
    }
};

QTEST_GUILESS_MAIN(TestConformance)
#include "TestConformance.moc"
