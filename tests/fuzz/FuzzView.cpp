// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/Fuzz.h"
#include "transport/view/ViewMessages.h"
#include "transport/wire/Messages.h"

#include <cstdlib>

namespace rankscope::fuzz {
namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

template <class Row>
void checkRows(const std::vector<Row>& rows) {
    require(rows.size() <= view::limits::kRows);
    for (const Row& row : rows) {
        require(row.data.size() <= view::limits::kRowBytes);
    }
}

void check(const session::SessionRows::Events& events) {
    checkRows(events.rows);
    require(events.total.value_or(0) >= 0 && events.resume.value_or(0) >= 0);
}
void check(const std::vector<session::SketchRow>& rows) {
    checkRows(rows);
}
void check(const std::vector<session::DerivedRow>& rows) {
    checkRows(rows);
}
void check(const Error& error) {
    require(error.what.size() <= wire::limits::kTextBytes);
}
template <class Small>
void check(const Small&) {}

} // namespace

/// What was understood can be said again, and is understood the same way.
void viewMessage(std::span<const std::byte> bytes) {
    if (const auto request = view::decodeRequest(bytes)) {
        const auto again = view::decodeRequest(view::encode(*request));
        require(again && again->id == request->id && again->question == request->question);
    } else {
        require(!request.error().what.empty());
    }
    if (const auto answer = view::decodeAnswer(bytes)) {
        std::visit([](const auto& content) { check(content); }, *answer);
        const auto encoded = view::encode(*answer);
        const auto again = view::decodeAnswer(encoded);
        require(again.has_value() && view::encode(*again) == encoded);
    } else {
        require(!answer.error().what.empty());
    }
    if (const auto piece = view::decodePiece(bytes)) {
        require(piece->data.size() <= view::limits::kPieceBytes);
        require(piece->data.empty() ||
                (piece->data.data() >= bytes.data() && &piece->data.back() <= &bytes.back()));
    }
}

} // namespace rankscope::fuzz
