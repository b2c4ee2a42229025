// SPDX-License-Identifier: Apache-2.0
#include "transport/view/ViewKinds.h"
#include "transport/view/ViewMessages.h"
#include "transport/wire/Writer.h"

namespace rankscope::view {
namespace {

using Bytes = std::vector<std::byte>;
using Writer = wire::Writer<wire::GrowingSink>;

constexpr std::size_t kColumnBytes = 6 * 9; // of a row, beside its data

void bounded(Writer& out, const std::string& text) {
    out.text(text.substr(0, wire::limits::kTextBytes));
}

void data(Writer& out, const session::Bytes& bytes) {
    out.binary(std::span<const std::byte>(bytes));
}

void write(Writer& out, std::uint64_t id, const Attach& attach) {
    out.header(Kind::Attach, fields::kAttach);
    out.number(id);
    out.number(attach.minor);
    bounded(out, attach.program);
}

void write(Writer& out, std::uint64_t id, const AskHead&) {
    out.header(Kind::AskHead, fields::kAskHead);
    out.number(id);
}

void write(Writer& out, std::uint64_t id, const AskPulse&) {
    out.header(Kind::AskPulse, fields::kAskPulse);
    out.number(id);
}

void write(Writer& out, std::uint64_t id, const AskEvents& ask) {
    out.header(Kind::AskEvents, fields::kAskEvents);
    out.number(id);
    out.signedNumber(ask.from);
    out.number(ask.maxBytes);
}

void write(Writer& out, std::uint64_t id, const AskSteps& ask) {
    out.header(Kind::AskSteps, fields::kAskSteps);
    out.number(id);
    out.number(ask.first.value());
    out.number(ask.last.value());
    out.signedNumber(ask.from);
    out.number(ask.maxBytes);
}

void write(Writer& out, std::uint64_t id, const AskSketches& ask) {
    out.header(Kind::AskSketches, fields::kAskSketches);
    out.number(id);
    out.number(ask.step.value());
    out.signedNumber(ask.after);
    out.number(ask.maxBytes);
}

void write(Writer& out, std::uint64_t id, const AskDerived& ask) {
    out.header(Kind::AskDerived, fields::kAskDerived);
    out.number(id);
    out.number(static_cast<std::uint8_t>(ask.kind));
    out.signedNumber(ask.first);
    out.signedNumber(ask.last);
    out.number(ask.maxBytes);
}

void write(Writer& out, const Attached& attached) {
    out.header(Kind::Attached, fields::kAttached);
    out.number(attached.minor);
    bounded(out, attached.program);
    out.signedNumber(attached.session);
}

void write(Writer& out, const session::SessionHead& head) {
    out.header(Kind::Head, fields::kHead + (head.idleMs ? 1 : 0));
    bounded(out, head.runId);
    bounded(out, head.createdBy);
    out.signedNumber(head.createdUnixNs);
    out.number(static_cast<std::uint32_t>(head.formatVersion));
    out.boolean(head.beingWritten);
    out.number(head.bytes);
    if (head.idleMs) {
        out.number(*head.idleMs);
    }
}

void write(Writer& out, const Pulse& pulse) {
    out.header(Kind::Pulse, fields::kPulse);
    out.number(pulse.commits);
}

void optional(Writer& out, const std::optional<std::int64_t>& value) {
    value ? out.signedNumber(*value) : out.nil();
}

void write(Writer& out, const session::SessionRows::Events& events) {
    out.header(Kind::Events, fields::kEvents);
    optional(out, events.total);
    optional(out, events.resume);
    out.array(events.rows.size());
    for (const session::EventRow& row : events.rows) {
        out.array(fields::kEventRow);
        out.signedNumber(row.first);
        out.signedNumber(row.firstStep);
        out.signedNumber(row.lastStep);
        out.signedNumber(row.count);
        data(out, row.data);
        out.signedNumber(row.crc);
    }
}

void write(Writer& out, const std::vector<session::SketchRow>& rows) {
    out.header(Kind::Sketches, fields::kSketches);
    out.array(rows.size());
    for (const session::SketchRow& row : rows) {
        out.array(fields::kSketchRow);
        out.signedNumber(row.id);
        out.signedNumber(row.step);
        out.signedNumber(row.count);
        data(out, row.data);
        out.signedNumber(row.crc);
    }
}

void write(Writer& out, const std::vector<session::DerivedRow>& rows) {
    out.header(Kind::Derived, fields::kDerived);
    out.array(rows.size());
    for (const session::DerivedRow& row : rows) {
        out.array(fields::kDerivedRow);
        out.number(static_cast<std::uint8_t>(row.kind));
        out.signedNumber(row.number);
        data(out, row.data);
        out.signedNumber(row.crc);
    }
}

void write(Writer& out, const Error& error) {
    out.header(Kind::Failed, fields::kFailed);
    out.number(static_cast<std::uint8_t>(error.code));
    bounded(out, error.what);
    bounded(out, error.advice);
}

template <class Rows>
std::size_t bytesOf(const Rows& rows) {
    std::size_t bytes = 0;
    for (const auto& row : rows) {
        bytes += row.data.size() + kColumnBytes;
    }
    return bytes;
}

/// So that megabytes are not moved about while the answer grows.
struct Expected {
    std::size_t operator()(const session::SessionRows::Events& events) const {
        return bytesOf(events.rows);
    }
    std::size_t operator()(const std::vector<session::SketchRow>& rows) const {
        return bytesOf(rows);
    }
    std::size_t operator()(const std::vector<session::DerivedRow>& rows) const {
        return bytesOf(rows);
    }
    template <class Small>
    std::size_t operator()(const Small&) const {
        return 0;
    }
};

} // namespace

Bytes encode(const Request& request) {
    Bytes bytes;
    wire::GrowingSink sink(bytes);
    Writer out(sink);
    std::visit([&](const auto& question) { write(out, request.id, question); }, request.question);
    return bytes;
}

Bytes encode(const Answer& answer) {
    Bytes bytes;
    bytes.reserve(std::visit(Expected{}, answer) + 64);
    wire::GrowingSink sink(bytes);
    Writer out(sink);
    std::visit([&](const auto& content) { write(out, content); }, answer);
    return bytes;
}

Bytes encode(const Piece& piece) {
    Bytes bytes;
    bytes.reserve(piece.data.size() + 32);
    wire::GrowingSink sink(bytes);
    Writer out(sink);
    out.header(Kind::Piece, fields::kPiece);
    out.number(piece.request);
    out.number(piece.left);
    out.binary(piece.data);
    return bytes;
}

} // namespace rankscope::view
