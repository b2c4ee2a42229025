// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/GoldenView.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTest>

using namespace rankscope;

/// The view port's golden messages, by this build and by Python with nothing but msgpack.
class TestViewConformance : public QObject {
    Q_OBJECT

    const QDir m_here{qEnvironmentVariable("RANKSCOPE_SOURCE") + "/tests/conformance"};
    session::Bytes m_golden;

  private slots:
    void initTestCase() {
        QFile file(m_here.filePath("golden/view.msgpack"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray raw = file.readAll();
        const auto* data = reinterpret_cast<const std::byte*>(raw.constData());
        m_golden.assign(data, data + raw.size());
    }

    void messagesAreEncodedAsEver() {
        session::Bytes bytes;
        const auto add = [&](const session::Bytes& one) {
            bytes.insert(bytes.end(), one.begin(), one.end());
        };
        for (const view::Request& request : golden::viewRequests()) {
            add(encode(request));
        }
        const session::Bytes data = golden::pieceData();
        add(encode(view::Piece{golden::kPieceRequest, golden::kPieceLeft, data}));
        for (const view::Answer& answer : golden::viewAnswers()) {
            add(encode(answer));
        }
        QVERIFY(bytes == m_golden);
    }

    void goldenMessagesAreRead() {
        std::span<const std::byte> left(m_golden);
        const auto next = [&](std::size_t size) {
            const auto message = left.first(size);
            left = left.subspan(size);
            return message;
        };
        for (const view::Request& expected : golden::viewRequests()) {
            const auto request = view::decodeRequest(next(encode(expected).size()));
            QVERIFY(request.has_value());
            QCOMPARE(request->id, expected.id);
            QVERIFY(request->question == expected.question);
        }
        const session::Bytes data = golden::pieceData();
        const view::Piece expected{golden::kPieceRequest, golden::kPieceLeft, data};
        const auto piece = view::decodePiece(next(encode(expected).size()));
        QVERIFY(piece && piece->request == expected.request && piece->left == expected.left);
        QVERIFY(std::ranges::equal(piece->data, data));
        for (const view::Answer& answer : golden::viewAnswers()) {
            const session::Bytes bytes = encode(answer);
            const auto read = view::decodeAnswer(next(bytes.size()));
            QVERIFY(read.has_value());
            QVERIFY(encode(*read) == bytes);
        }
        QVERIFY(left.empty());
    }

    void pythonSaysTheSame() {
        QProcess python;
        python.setProcessChannelMode(QProcess::MergedChannels);
        python.start(qEnvironmentVariable("RANKSCOPE_PYTHON"),
                     {m_here.filePath("golden_view.py"), m_here.filePath("golden/view.msgpack")});
        QVERIFY(python.waitForFinished(60'000));
        QVERIFY2(python.exitStatus() == QProcess::NormalExit && python.exitCode() == 0,
                 python.readAll().constData());
    }
};

QTEST_GUILESS_MAIN(TestViewConformance)
#include "TestViewConformance.moc"
