// SPDX-License-Identifier: Apache-2.0
#include "transport/view/ViewKinds.h"
#include "transport/view/ViewMessages.h"
#include "transport/wire/Fields.h"
#include "transport/wire/Messages.h"

namespace rankscope::view {
namespace {

using wire::Fields;

constexpr std::uint32_t kMostPieces = limits::kAnswerBytes / limits::kPieceBytes;

tl::unexpected<Error> unsupported(const char* what, std::uint64_t number) {
    return fail(ErrorCode::Unsupported,
                std::string("a message of the view port has the unknown ") + what + ' ' +
                    std::to_string(number),
                "use the same release of rankscope on both ends");
}

tl::unexpected<Error> malformed(const std::string& why) {
    return fail(ErrorCode::Malformed, "a message of the view port was refused because its " + why);
}

/// What every message begins with.
struct Header {
    std::uint32_t size = 0;
    Kind kind{};
};

Result<Header> readHeader(Fields& in) {
    const std::uint32_t size = in.array("outer value", fields::kAnswer);
    const std::uint64_t major = in.number64("protocol version");
    if (!in.failed() && major != wire::kProtocolMajor) {
        return unsupported("protocol version", major);
    }
    const std::uint64_t kind = in.number64("kind");
    if (in.failed()) {
        return malformed(in.problem());
    }
    if (kind > 0xff) {
        return unsupported("kind", kind);
    }
    return Header{size, static_cast<Kind>(kind)};
}

/// Columns are from 0, but for the steps of a chunk without steps.
std::int64_t count(Fields& in, const char* name) {
    return static_cast<std::int64_t>(in.number(name, 0x7fff'ffff'ffff'ffffU));
}

std::uint32_t maxBytes(Fields& in) {
    return in.number32("bytes asked for");
}

void read(Fields& in, Attach& attach) {
    attach.minor = in.number32("minor version");
    attach.program = in.text("program", wire::limits::kTextBytes);
}
void read(Fields&, AskHead&) {}
void read(Fields&, AskPulse&) {}
void read(Fields& in, AskEvents& ask) {
    ask.from = count(in, "first message");
    ask.maxBytes = maxBytes(in);
}
void read(Fields& in, AskSteps& ask) {
    ask.first = Step(in.number("first step", wire::limits::kCount));
    ask.last = Step(in.number("last step", wire::limits::kCount));
    ask.from = count(in, "first message");
    ask.maxBytes = maxBytes(in);
}
void read(Fields& in, AskSketches& ask) {
    ask.step = Step(in.number("step", wire::limits::kCount));
    ask.after = count(in, "last id");
    ask.maxBytes = maxBytes(in);
}

session::DerivedKind readDerivedKind(Fields& in) {
    const std::uint64_t kind = in.number("kind of derived rows", 0xff);
    if (!in.failed() && (kind < static_cast<std::uint64_t>(session::DerivedKind::Digest) ||
                         kind > static_cast<std::uint64_t>(session::DerivedKind::Curves))) {
        in.refuse("kind of derived rows", "is unknown");
    }
    return static_cast<session::DerivedKind>(kind);
}

void read(Fields& in, AskDerived& ask) {
    ask.kind = readDerivedKind(in);
    ask.first = count(in, "first number");
    ask.last = count(in, "last number");
    ask.maxBytes = maxBytes(in);
}

template <class Ask>
Result<Request> readRequest(Fields& in, std::uint32_t size, std::uint32_t known) {
    Request request;
    if (size < known) {
        in.refuse("array", "has too few elements");
    }
    request.id = in.number64("request");
    read(in, request.question.emplace<Ask>());
    in.skip(size < known ? 0 : size - known);
    if (in.failed()) {
        return malformed(in.problem());
    }
    return request;
}

Result<Request> readRequest(Fields& in, const Header& header) {
    switch (header.kind) {
    case Kind::Attach:
        return readRequest<Attach>(in, header.size, fields::kAttach);
    case Kind::AskHead:
        return readRequest<AskHead>(in, header.size, fields::kAskHead);
    case Kind::AskPulse:
        return readRequest<AskPulse>(in, header.size, fields::kAskPulse);
    case Kind::AskEvents:
        return readRequest<AskEvents>(in, header.size, fields::kAskEvents);
    case Kind::AskSteps:
        return readRequest<AskSteps>(in, header.size, fields::kAskSteps);
    case Kind::AskSketches:
        return readRequest<AskSketches>(in, header.size, fields::kAskSketches);
    case Kind::AskDerived:
        return readRequest<AskDerived>(in, header.size, fields::kAskDerived);
    default:
        return unsupported("kind of request", static_cast<std::uint64_t>(header.kind));
    }
}

void read(Fields& in, Attached& attached) {
    attached.minor = in.number32("minor version");
    attached.program = in.text("program", wire::limits::kTextBytes);
    attached.session = in.signedNumber("session");
}

void read(Fields& in, session::SessionHead& head) {
    head.runId = in.text("run id", wire::limits::kTextBytes);
    head.createdBy = in.text("creator", wire::limits::kTextBytes);
    head.createdUnixNs = in.signedNumber("time of creation");
    head.formatVersion = static_cast<int>(in.number32("format version", 0x7fff'ffffU));
    head.beingWritten = in.boolean("being written");
    head.bytes = in.number64("size");
}

void read(Fields& in, Pulse& pulse) {
    pulse.commits = in.number64("commits");
}

std::optional<std::int64_t> optional(Fields& in, const char* name) {
    if (in.nil()) {
        return std::nullopt;
    }
    return count(in, name);
}

void read(Fields& in, session::EventRow& row) {
    row.first = count(in, "first message");
    row.firstStep = in.signedNumber("first step");
    row.lastStep = in.signedNumber("last step");
    row.count = count(in, "count");
    in.binary("row", limits::kRowBytes, row.data);
    row.crc = in.signedNumber("checksum");
}

void read(Fields& in, session::SketchRow& row) {
    row.id = count(in, "id");
    row.step = count(in, "step");
    row.count = count(in, "count");
    in.binary("row", limits::kRowBytes, row.data);
    row.crc = in.signedNumber("checksum");
}

void read(Fields& in, session::DerivedRow& row) {
    row.kind = readDerivedKind(in);
    row.number = count(in, "number");
    in.binary("row", limits::kRowBytes, row.data);
    row.crc = in.signedNumber("checksum");
}

template <class Row>
void readRows(Fields& in, std::uint32_t known, std::vector<Row>& rows) {
    const std::uint32_t size = in.list("rows", limits::kRows);
    for (std::uint32_t i = 0; i < size && !in.failed(); ++i) {
        const std::uint32_t columns = in.array("row", known);
        read(in, rows.emplace_back());
        in.skip(in.failed() ? 0 : columns - known);
    }
}

void read(Fields& in, session::SessionRows::Events& events) {
    events.total = optional(in, "total");
    events.resume = optional(in, "message to go on with");
    readRows(in, fields::kEventRow, events.rows);
}
void read(Fields& in, std::vector<session::SketchRow>& rows) {
    readRows(in, fields::kSketchRow, rows);
}
void read(Fields& in, std::vector<session::DerivedRow>& rows) {
    readRows(in, fields::kDerivedRow, rows);
}

void read(Fields& in, Error& error) {
    const std::uint64_t code = in.number("error code", 0xff);
    error.code = code <= static_cast<std::uint64_t>(ErrorCode::Unavailable)
                     ? static_cast<ErrorCode>(code)
                     : ErrorCode::Io;
    error.what = in.text("error", wire::limits::kTextBytes);
    error.advice = in.text("advice", wire::limits::kTextBytes);
}

/// What minor versions appended: how many of these elements were read.
template <class Content>
std::uint32_t readAppended(Fields&, std::uint32_t, Content&) {
    return 0;
}
std::uint32_t readAppended(Fields& in, std::uint32_t count, session::SessionHead& head) {
    if (count == 0) {
        return 0;
    }
    head.idleMs = in.number("time since the last commit", session::SessionHead::kMostIdleMs);
    return 1;
}

template <class Content>
Result<Answer> readAnswer(Fields& in, std::uint32_t size, std::uint32_t known) {
    Result<Answer> answer(tl::in_place, std::in_place_type<Content>);
    if (size < known) {
        in.refuse("array", "has too few elements");
    }
    auto& content = std::get<Content>(*answer);
    read(in, content);
    const std::uint32_t more = size < known ? 0 : size - known;
    in.skip(more - readAppended(in, more, content));
    if (in.failed()) {
        answer = malformed(in.problem());
    }
    return answer;
}

Result<Answer> readAnswer(Fields& in, const Header& header) {
    switch (header.kind) {
    case Kind::Attached:
        return readAnswer<Attached>(in, header.size, fields::kAttached);
    case Kind::Head:
        return readAnswer<session::SessionHead>(in, header.size, fields::kHead);
    case Kind::Pulse:
        return readAnswer<Pulse>(in, header.size, fields::kPulse);
    case Kind::Events:
        return readAnswer<session::SessionRows::Events>(in, header.size, fields::kEvents);
    case Kind::Sketches:
        return readAnswer<std::vector<session::SketchRow>>(in, header.size, fields::kSketches);
    case Kind::Derived:
        return readAnswer<std::vector<session::DerivedRow>>(in, header.size, fields::kDerived);
    case Kind::Failed:
        return readAnswer<Error>(in, header.size, fields::kFailed);
    default:
        return unsupported("kind of answer", static_cast<std::uint64_t>(header.kind));
    }
}

/// One message of at most `most` bytes, and nothing behind it.
template <class Content, class Read>
Result<Content> decodeWhole(std::span<const std::byte> bytes, std::size_t most, Read read) {
    if (bytes.size() > most) {
        return malformed("length is over its limit");
    }
    Fields in(bytes);
    const Result<Header> header = readHeader(in);
    if (!header) {
        return tl::unexpected(header.error());
    }
    Result<Content> content = read(in, *header);
    if (content && in.position() != bytes.data() + bytes.size()) {
        content = malformed("end is followed by more bytes");
    }
    return content;
}

} // namespace

Result<Request> decodeRequest(std::span<const std::byte> bytes) {
    return decodeWhole<Request>(bytes, limits::kRequestBytes, [](Fields& in, const Header& header) {
        return readRequest(in, header);
    });
}

Result<Answer> decodeAnswer(std::span<const std::byte> bytes) {
    return decodeWhole<Answer>(bytes, limits::kAnswerBytes, [](Fields& in, const Header& header) {
        return readAnswer(in, header);
    });
}

Result<Piece> decodePiece(std::span<const std::byte> bytes) {
    const auto read = [](Fields& in, const Header& header) -> Result<Piece> {
        if (header.kind != Kind::Piece) {
            return unsupported("kind of message", static_cast<std::uint64_t>(header.kind));
        }
        Piece piece;
        if (header.size < fields::kPiece) {
            in.refuse("array", "has too few elements");
        }
        piece.request = in.number64("request");
        piece.left = in.number32("pieces left", kMostPieces);
        piece.data = in.bytes("piece", limits::kPieceBytes);
        in.skip(header.size < fields::kPiece ? 0 : header.size - fields::kPiece);
        if (in.failed()) {
            return malformed(in.problem());
        }
        return piece;
    };
    return decodeWhole<Piece>(bytes, 2 * limits::kPieceBytes, read);
}

} // namespace rankscope::view
