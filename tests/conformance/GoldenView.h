// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/view/ViewMessages.h"

/// The messages of golden/view.msgpack: the requests, a piece, the answers. golden_view.py has the
/// same in Python, written down by hand: neither side learns them from the other.
namespace rankscope::golden {

inline constexpr const char* kProgram = "rankscope 0.1.0";

inline session::Bytes bytesOf(std::initializer_list<int> values) {
    session::Bytes bytes;
    for (const int value : values) {
        bytes.push_back(static_cast<std::byte>(value));
    }
    return bytes;
}

inline std::vector<view::Request> viewRequests() {
    return {{1, view::Attach{0, kProgram}},
            {2, view::AskHead{}},
            {3, view::AskPulse{}},
            {4, view::AskEvents{1'000'000, 65536}},
            {5, view::AskSteps{Step(70000), Step(70100), 300, 1U << 20U}},
            {6, view::AskSketches{Step(70000), 0, 1U << 20U}},
            {~0ULL, view::AskDerived{session::DerivedKind::Curves, 0, 1LL << 48, 32768}}};
}

inline constexpr std::uint64_t kPieceRequest = 6;
inline constexpr std::uint32_t kPieceLeft = 2;
inline session::Bytes pieceData() {
    return bytesOf({0x94, 0x01});
}

inline std::vector<view::Answer> viewAnswers() {
    session::SessionRows::Events events;
    events.total = 305;
    events.rows = {{0, -1, -1, 1, bytesOf({0xc0}), 0xdeadbeef}, {1, 70000, 70001, 304, {}, 0}};
    session::SessionRows::Events broken;
    broken.resume = 17;
    session::DerivedRow derived;
    derived.kind = session::DerivedKind::Overview;
    derived.number = 3;
    derived.data = bytesOf({0});
    derived.crc = 0xffffffff;
    return {view::Attached{0, kProgram, 1'700'000'000'123'456'789},
            session::SessionHead{
                "golden-run", kProgram, 1'700'000'000'123'456'789, 2, true, 123'456'789'012, {}},
            view::Pulse{0xfedcba9876543210ULL},
            events,
            broken,
            std::vector<session::SketchRow>{{1, 70000, 2, bytesOf({1, 2, 3}), 7}},
            std::vector<session::DerivedRow>{derived},
            Error{ErrorCode::Unavailable, "nothing is there yet", "wait"}};
}

} // namespace rankscope::golden
