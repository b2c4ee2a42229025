// SPDX-License-Identifier: Apache-2.0
#include "transport/view/ViewKinds.h"
#include "transport/view/ViewMessages.h"
#include "transport/wire/Writer.h"

#include <QtTest>

using namespace rankscope;
using namespace rankscope::view;
using session::DerivedKind;
using Bytes = std::vector<std::byte>;

namespace {

Bytes bytesOf(std::initializer_list<unsigned> values) {
    Bytes bytes;
    for (const unsigned value : values) {
        bytes.push_back(static_cast<std::byte>(value));
    }
    return bytes;
}

std::vector<Request> requests() {
    return {{1, Attach{3, "rankscope 1.2"}},
            {2, AskHead{}},
            {3, AskPulse{}},
            {4, AskEvents{1'000'000, 65536}},
            {5, AskSteps{Step{7}, Step{1ULL << 40U}, 12, 1}},
            {6, AskSketches{Step{9}, 4, 0xffffffff}},
            {~0ULL, AskDerived{DerivedKind::Curves, 0, 1LL << 48, 5}}};
}

session::SessionRows::Events events() {
    session::SessionRows::Events events;
    events.total = 40;
    events.resume = 41;
    events.rows.push_back({0, -1, -1, 1, bytesOf({1, 2, 3}), 0xdeadbeef});
    events.rows.push_back({1, 5, 9, 39, bytesOf({}), 7});
    return events;
}

std::vector<session::DerivedRow> derivedRows() {
    session::DerivedRow row;
    row.kind = DerivedKind::Overview;
    row.number = 3;
    row.data = bytesOf({9});
    row.crc = 5;
    return {row};
}

std::vector<Answer> answers() {
    return {Attached{0, "rankscope 1.2", -5},
            session::SessionHead{"run", "creator", 1'700'000'000, 2, true, 1ULL << 40U, {}},
            Pulse{1ULL << 63U},
            events(),
            session::SessionRows::Events{},
            std::vector<session::SketchRow>{{1, 8, 4, bytesOf({7, 7}), 1}},
            derivedRows(),
            Error{ErrorCode::Unavailable, "nothing there", "wait"},
            session::SessionHead{"run", "creator", 1, 2, true, 4096, 25'000}};
}

template <class Rows>
void compareRows(const Rows& got, const Rows& want) {
    QCOMPARE(got.size(), want.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        QVERIFY(got[i].data == want[i].data);
        QCOMPARE(got[i].crc, want[i].crc);
    }
}

} // namespace

class TestViewMessages : public QObject {
    Q_OBJECT

  private slots:
    void requestsComeBack() {
        for (const Request& request : requests()) {
            const auto back = decodeRequest(encode(request));
            QVERIFY2(back, back ? "" : back.error().what.c_str());
            QCOMPARE(back->id, request.id);
            QVERIFY(back->question == request.question);
        }
    }

    void answersComeBack() {
        const auto all = answers();
        for (const Answer& answer : all) {
            const auto back = decodeAnswer(encode(answer));
            QVERIFY2(back, back ? "" : back.error().what.c_str());
            QCOMPARE(back->index(), answer.index());
            QVERIFY(encode(*back) == encode(answer));
        }
        const auto back = std::get<session::SessionRows::Events>(*decodeAnswer(encode(all[3])));
        const auto head = std::get<session::SessionHead>(*decodeAnswer(encode(all[8])));
        QCOMPARE(head.idleMs, std::optional<std::uint64_t>(25'000));
        const auto older = std::get<session::SessionHead>(*decodeAnswer(encode(all[1])));
        QVERIFY(!older.idleMs); // minor version 0 does not say it
        compareRows(back.rows, events().rows);
        QCOMPARE(back.total, events().total);
        QCOMPARE(back.resume, events().resume);
        QCOMPARE(back.rows[0].firstStep, -1);
        QCOMPARE(back.rows[1].count, 39);
        const auto sketch =
            std::get<std::vector<session::SketchRow>>(*decodeAnswer(encode(all[5])));
        QCOMPARE(sketch[0].step, 8);
        const auto derived =
            std::get<std::vector<session::DerivedRow>>(*decodeAnswer(encode(all[6])));
        QCOMPARE(derived[0].kind, DerivedKind::Overview);
        QCOMPARE(derived[0].number, 3);
    }

    void aPieceBorrowsItsBytes() {
        const Bytes data(limits::kPieceBytes, std::byte{0x5a});
        const Bytes message = encode(Piece{12, 3, data});
        const auto piece = decodePiece(message);
        QVERIFY(piece);
        QCOMPARE(piece->request, 12U);
        QCOMPARE(piece->left, 3U);
        QVERIFY(std::ranges::equal(piece->data, data));
        QVERIFY(piece->data.data() > message.data());
        QVERIFY(piece->data.data() < message.data() + message.size());
    }

    /// Cut anywhere, with a byte behind it, or with any one byte changed.
    void nothingHalfIsTaken() {
        const auto tryOut = [](const Bytes& whole, const auto& decode) {
            for (std::size_t size = 0; size < whole.size(); ++size) {
                QVERIFY(!decode(std::span(whole).first(size)));
            }
            Bytes changed = whole;
            changed.push_back(std::byte{0});
            QVERIFY(!decode(changed));
            for (std::size_t at = 0; at < whole.size(); ++at) {
                for (unsigned value = 0; value < 256; ++value) {
                    changed = whole;
                    changed[at] = static_cast<std::byte>(value);
                    (void)decode(changed); // must only not crash
                }
            }
        };
        for (const Request& request : requests()) {
            tryOut(encode(request), [](auto bytes) { return decodeRequest(bytes).has_value(); });
        }
        for (const Answer& answer : answers()) {
            tryOut(encode(answer), [](auto bytes) { return decodeAnswer(bytes).has_value(); });
        }
        tryOut(encode(Piece{1, 2, bytesOf({3, 4})}),
               [](auto bytes) { return decodePiece(bytes).has_value(); });
    }

    void limitsHold() {
        const Bytes large(limits::kPieceBytes + 1);
        QCOMPARE(decodePiece(encode(Piece{1, 0, large})).error().code, ErrorCode::Malformed);
        QCOMPARE(decodeRequest(Bytes(limits::kRequestBytes + 1)).error().code,
                 ErrorCode::Malformed);
        session::SessionRows::Events many;
        many.rows.resize(limits::kRows + 1);
        QCOMPARE(decodeAnswer(encode(many)).error().code, ErrorCode::Malformed);
        session::SessionRows::Events wide;
        wide.rows.resize(1);
        wide.rows[0].data.resize(limits::kRowBytes + 1);
        QCOMPARE(decodeAnswer(encode(wide)).error().code, ErrorCode::Malformed);
        // A length that its bytes don't bear out costs nothing.
        QCOMPARE(decodeAnswer(bytesOf({0x95, 1, 35, 0xc0, 0xc0, 0xdd, 0xff, 0xff, 0xff, 0xff}))
                     .error()
                     .code,
                 ErrorCode::Malformed);
    }

    void otherVersionsAreToldApart() {
        Bytes message = encode(Request{1, AskHead{}});
        message[1] = std::byte{2};
        QCOMPARE(decodeRequest(message).error().code, ErrorCode::Unsupported);
        message = encode(Request{1, AskHead{}});
        message[2] = std::byte{99};
        QCOMPARE(decodeRequest(message).error().code, ErrorCode::Unsupported);
        // A newer minor version appends fields.
        QVERIFY(decodeRequest(bytesOf({0x94, 1, 17, 5, 0x92, 1, 0xc0})));
        QVERIFY(decodeAnswer(bytesOf({0x94, 1, 34, 7, 0xa1, 'x'})));
    }

    void textsThatNobodyBoundsAreCut() {
        const std::string endless(100'000, 'x');
        const auto back = decodeAnswer(encode(Answer(Error{ErrorCode::Io, endless, endless})));
        QVERIFY(back);
        QCOMPARE(std::get<Error>(*back).what.size(), wire::limits::kTextBytes);
    }
};

QTEST_APPLESS_MAIN(TestViewMessages)
#include "TestViewMessages.moc"
