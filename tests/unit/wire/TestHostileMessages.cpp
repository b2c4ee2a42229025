// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/wire/Samples.h"

#include <QTest>
#include <cstdlib>
#include <new>
#include <random>

using namespace rankscope;
using namespace rankscope::wire;

namespace {

std::vector<std::byte> bytesOf(const QByteArray& hex) {
    const QByteArray raw = QByteArray::fromHex(hex);
    const auto* data = reinterpret_cast<const std::byte*>(raw.constData());
    return {data, data + raw.size()};
}

std::optional<ErrorCode> refusal(const std::vector<std::byte>& bytes) {
    const Result<Message> message = decode(bytes);
    return message ? std::nullopt : std::optional(message.error().code);
}

} // namespace

/// Bytes asked for by operator new since the last reset: what a message makes us allocate.
static std::size_t allocated = 0;

void* operator new(std::size_t size) {
    allocated += size;
    if (void* memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

class TestHostileMessages : public QObject {
    Q_OBJECT

  private slots:
    void aMessageCutAnywhereIsRefused() {
        for (const Message& message : samples::all()) {
            const std::vector<std::byte> whole = encode(message);
            for (std::size_t size = 0; size < whole.size(); ++size) {
                const std::vector<std::byte> part(
                    whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
                QVERIFY(refusal(part) == ErrorCode::Malformed);
            }
        }
    }

    void bytesBehindAMessageAreRefused() {
        for (const Message& message : samples::all()) {
            std::vector<std::byte> bytes = encode(message);
            bytes.push_back(std::byte{0xc0});
            QVERIFY(refusal(bytes) == ErrorCode::Malformed);
        }
    }

    void badBytes_data() {
        QTest::addColumn<QByteArray>("hex");
        QTest::newRow("array of 2^32-1") << QByteArray("ddffffffff");
        QTest::newRow("map of 2^32-1") << QByteArray("dfffffffff");
        QTest::newRow("binary of 2^32-1") << QByteArray("c6ffffffff");
        QTest::newRow("text of 2^32-1") << QByteArray("dbffffffff");
        QTest::newRow("extension of 2^32-1") << QByteArray("c9ffffffff00");
        QTest::newRow("reserved byte") << QByteArray("c1");
        QTest::newRow("not an array") << QByteArray("01");
        QTest::newRow("empty array") << QByteArray("90");
        QTest::newRow("no kind") << QByteArray("9101");
        QTest::newRow("no fields") << QByteArray("920106");
        QTest::newRow("major is a float") << QByteArray("94cb3ff0000000000000060102");
        QTest::newRow("major is a bool") << QByteArray("94c3060102");
        QTest::newRow("kind is negative") << QByteArray("9401ff0102");
        QTest::newRow("kind is nil") << QByteArray("9401c00102");
        QTest::newRow("ack: incarnation is NaN") << QByteArray("940106cb7ff800000000000002");
        QTest::newRow("ack: incarnation is true") << QByteArray("940106c302");
        QTest::newRow("ack: incarnation is negative") << QByteArray("940106d0ff02");
        QTest::newRow("ack: incarnation is text") << QByteArray("940106a13102");
        QTest::newRow("ack: incarnation is an extension") << QByteArray("940106d4010002");
        QTest::newRow("ack: seq over 2^53") << QByteArray("94010601cf0020000000000001");
        QTest::newRow("ack: left is a number") << QByteArray("950106010201");
        QTest::newRow("bye: rank over 32 bits") << QByteArray("95010401cf000000010000000001");
        QTest::newRow("gap: seq 0") << QByteArray("97010301000000"
                                                  "00");
        QTest::newRow("gap: backwards") << QByteArray("97010301000504"
                                                      "00");
        QTest::newRow("gap: cause over 8 bits") << QByteArray("970103010005"
                                                              "05cd0100");
    }

    void badBytes() {
        QFETCH(QByteArray, hex);
        const std::vector<std::byte> bytes = bytesOf(hex);
        allocated = 0;
        QVERIFY(refusal(bytes) == ErrorCode::Malformed);
        QVERIFY2(allocated < 1000, "more than the error's text"); // the bombs claim 4 GiB
    }

    void deepNestingIsRefused() {
        for (const char opener : {'\x91', '\x81'}) {
            const QByteArray raw(1'000'000, opener);
            const auto* data = reinterpret_cast<const std::byte*>(raw.constData());
            QVERIFY(refusal({data, data + raw.size()}) == ErrorCode::Malformed);
        }
    }

    void aMessageOverTheSizeLimitIsRefused() {
        std::vector<std::byte> bytes(limits::kMessageBytes + 1, std::byte{0});
        QVERIFY(refusal(bytes) == ErrorCode::Malformed);
    }

    void somethingBigOfANewerVersionIsPassedOver() {
        // [1, 6, 1, 2, true, [nil x 100000]]: an ack with a list behind it.
        std::vector<std::byte> bytes = bytesOf("9601060102c3dd000186a0");
        bytes.insert(bytes.end(), 100'000, std::byte{0xc0});
        QVERIFY(!refusal(bytes));
        bytes.pop_back();
        QVERIFY(refusal(bytes) == ErrorCode::Malformed);
    }

    void somethingDeepOfANewerVersionIsRefused() {
        for (const char* opener : {"91", "8100"}) {
            for (const int depth : {1, int(limits::kNesting) - 1, int(limits::kNesting), 300'000}) {
                QByteArray hex("9601060102c3");
                for (int i = 0; i < depth; ++i) {
                    hex += opener;
                }
                const bool fits = depth < int(limits::kNesting);
                QCOMPARE(!refusal(bytesOf(hex + "c0")), fits);
            }
        }
    }

    void fieldsOverTheirLimitAreRefused() {
        const auto refused = [](const Message& message) {
            return refusal(encode(message)) == ErrorCode::Malformed;
        };
        Hello hello = samples::hello();
        hello.run.assign(limits::kTextBytes + 1, 'x');
        QVERIFY(refused(hello));
        hello = samples::hello();
        hello.config.assign(limits::kConfigBytes + 1, ' ');
        QVERIFY(refused(hello));
        hello = samples::hello();
        hello.groups.assign(limits::kGroups + 1, "g");
        QVERIFY(refused(hello));
        hello = samples::hello();
        hello.groupSizes.assign(limits::kGroups + 1, 1);
        QVERIFY(refused(hello));
        hello = samples::hello();
        hello.coordinates.assign(limits::kCoordinates + 1, 1);
        QVERIFY(refused(hello));
        hello = samples::hello();
        hello.world = limits::kWorld + 1;
        QVERIFY(refused(hello));
        hello = samples::hello();
        hello.rank = RankId(hello.world);
        QVERIFY(refused(hello));

        StepRecord step = samples::fullStep();
        step.groups.resize(limits::kGroups + 1);
        QVERIFY(refused(step));
        step = samples::fullStep();
        step.sketch->values.resize(limits::kSketchSize + 1);
        QVERIFY(refused(step));
        step = samples::fullStep();
        step.extras.microNorms.resize(limits::kMicroBatches + 1);
        QVERIFY(refused(step));
        step = samples::fullStep();
        step.seq = Seq(0);
        QVERIFY(refused(step));
        step = samples::fullStep();
        step.step = Step(limits::kCount + 1);
        QVERIFY(refused(step));
    }

    /// Puts a value of another type in the place of each field of a bare step in turn. Its fields
    /// take one byte each, but for the header's.
    void everyFieldOfAWrongTypeIsRefused() {
        const std::vector<std::byte> whole = encode(samples::bareStep());
        QCOMPARE(whole.size(), std::size_t(3 + 2 + 16)); // array 16, then a byte per field
        for (std::size_t field = 5; field < whole.size(); ++field) {
            for (const char* wrong :
                 {"c2", "ff", "a178", "c403000000", "d40100", "9101", "81a16101"}) {
                std::vector<std::byte> bytes(whole.begin(),
                                             whole.begin() + static_cast<std::ptrdiff_t>(field));
                const std::vector<std::byte> value = bytesOf(wrong);
                bytes.insert(bytes.end(), value.begin(), value.end());
                bytes.insert(bytes.end(), whole.begin() + static_cast<std::ptrdiff_t>(field) + 1,
                             whole.end());
                QVERIFY2(refusal(bytes) == ErrorCode::Malformed,
                         qPrintable(QString("field %1 = %2").arg(field).arg(wrong)));
            }
        }
    }

    void extrasWithARepeatedKeyAreRefused() {
        std::vector<std::byte> bytes = encode(samples::bareStep());
        bytes.pop_back(); // nil extras
        const std::vector<std::byte> prefix = bytes;
        const auto with = [&prefix](const char* hex) {
            std::vector<std::byte> message = prefix;
            const std::vector<std::byte> extras = bytesOf(hex);
            message.insert(message.end(), extras.begin(), extras.end());
            return message;
        };
        QVERIFY(refusal(with("8202070207")) == ErrorCode::Malformed);             // known key
        QVERIFY(refusal(with("823f073f07")) == ErrorCode::Malformed);             // unknown key
        QVERIFY(refusal(with("8140c0")) == ErrorCode::Malformed);                 // key over 63
        QVERIFY(refusal(with("81c001")) == ErrorCode::Malformed);                 // key is nil
        QVERIFY(refusal(with("8101c40700000000000000")) == ErrorCode::Malformed); // 7 / 8 bytes
        QVERIFY(!refusal(with("8202073fa3787979"))); // key of a newer version
    }

    void aSketchOfWrongLengthIsRefused() {
        std::vector<std::byte> bytes = encode(samples::bareStep());
        bytes.erase(bytes.end() - 2, bytes.end()); // sketch and extras
        const auto with = [&bytes](const char* hex) {
            std::vector<std::byte> message = bytes;
            const std::vector<std::byte> sketch = bytesOf(hex);
            message.insert(message.end(), sketch.begin(), sketch.end());
            message.push_back(std::byte{0xc0});
            return message;
        };
        QVERIFY(!refusal(with("940102ca3f800000c404003c003c")));
        QVERIFY(!refusal(with("950102ca3f800000c404003c003c92c0c3"))); // newer version's field
        QVERIFY(refusal(with("940103ca3f800000c404003c003c")) == ErrorCode::Malformed);
        QVERIFY(refusal(with("940102ca3f800000c403003c00")) == ErrorCode::Malformed);
        QVERIFY(refusal(with("940100ca3f800000c400")) == ErrorCode::Malformed);
        QVERIFY(refusal(with("940102cb3ff0000000000000c404003c003c")) == ErrorCode::Malformed);
        QVERIFY(refusal(with("930102ca3f800000")) == ErrorCode::Malformed);
    }

    void aHelloThatIsNotUtf8IsRefused() {
        std::vector<std::byte> bytes = encode(samples::hello());
        const std::byte host{'n'};
        *std::find(bytes.begin(), bytes.end(), host) = std::byte{0xff};
        QVERIFY(refusal(bytes) == ErrorCode::Malformed);
    }

    void anotherMajorVersionOrKindIsUnsupported() {
        QVERIFY(refusal(bytesOf("94020601"
                                "02")) == ErrorCode::Unsupported);
        QVERIFY(refusal(bytesOf("9402c3c0c0")) == ErrorCode::Unsupported);
        QVERIFY(refusal(bytesOf("94010701"
                                "02")) == ErrorCode::Unsupported);
        QVERIFY(!decode(bytesOf("9402060102")).error().advice.empty());
    }

    void aNewerMinorVersionIsRead() {
        // Every message with a nested value appended that this version doesn't know.
        for (const Message& message : samples::all()) {
            if (const Ack* ack = std::get_if<Ack>(&message); ack != nullptr && !ack->left) {
                continue; // what may stand behind it is known
            }
            std::vector<std::byte> bytes = encode(message);
            if (bytes[0] == std::byte{0xdc}) {
                bytes[2] = static_cast<std::byte>(static_cast<int>(bytes[2]) + 1);
            } else if (bytes[0] == std::byte{0x9f}) {
                continue;
            } else {
                bytes[0] = static_cast<std::byte>(static_cast<int>(bytes[0]) + 1);
            }
            const std::vector<std::byte> added = bytesOf("8201920203a16bc0");
            bytes.insert(bytes.end(), added.begin(), added.end());
            const Result<Message> back = decode(bytes);
            QVERIFY(back.has_value());
            QVERIFY(*back == message);
        }
    }

    /// Messages with random damage are refused or read as something within the limits.
    void damagedMessagesNeverGetPastTheLimits() {
        std::mt19937 random(20260214);
        const std::vector<Message> all = samples::all();
        std::vector<std::vector<std::byte>> wholes;
        for (const Message& message : all) {
            wholes.push_back(encode(message));
        }
        std::size_t accepted = 0;
        for (int round = 0; round < 100'000; ++round) {
            std::vector<std::byte> bytes = wholes[random() % wholes.size()];
            const unsigned changes = 1 + random() % 4;
            for (unsigned i = 0; i < changes; ++i) {
                const std::size_t at = random() % bytes.size();
                switch (random() % 4) {
                case 0:
                    bytes[at] = static_cast<std::byte>(random());
                    break;
                case 1:
                    bytes[at] ^= static_cast<std::byte>(1U << random() % 8);
                    break;
                case 2:
                    bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                                 static_cast<std::byte>(random()));
                    break;
                default:
                    if (bytes.size() > 1) {
                        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
                    }
                }
            }
            allocated = 0;
            const Result<Message> message = decode(bytes);
            // A text of 1 byte in a list becomes a string of 32, and a list may double on its way.
            QVERIFY(allocated < 1000 + 100 * bytes.size());
            if (!message) {
                continue;
            }
            ++accepted;
            QVERIFY(decode(encode(*message)).has_value());
        }
        QVERIFY(accepted > 1000 && accepted < 90'000);
    }
};

QTEST_APPLESS_MAIN(TestHostileMessages)
#include "TestHostileMessages.moc"
