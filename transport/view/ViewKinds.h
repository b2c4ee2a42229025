// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// Numbers of the view port's messages that encoder and decoder share; PROTOCOL.md explains each.
/// None is one of the ranks' messages, so that who calls at the wrong port is noticed.
namespace rankscope::view {

enum class Kind : std::uint8_t {
    Attach = 16,
    AskHead = 17,
    AskPulse = 18,
    AskEvents = 19,
    AskSteps = 20,
    AskSketches = 21,
    AskDerived = 22,
    Piece = 31,
    Attached = 32,
    Head = 33,
    Pulse = 34,
    Events = 35,
    Sketches = 36,
    Derived = 37,
    Failed = 38,
};

/// Elements of each array, the two of a message's header included.
namespace fields {
inline constexpr std::uint32_t kRequest = 3; // and the identity
inline constexpr std::uint32_t kAttach = kRequest + 2;
inline constexpr std::uint32_t kAskHead = kRequest;
inline constexpr std::uint32_t kAskPulse = kRequest;
inline constexpr std::uint32_t kAskEvents = kRequest + 2;
inline constexpr std::uint32_t kAskSteps = kRequest + 4;
inline constexpr std::uint32_t kAskSketches = kRequest + 3;
inline constexpr std::uint32_t kAskDerived = kRequest + 4;
inline constexpr std::uint32_t kPiece = kRequest + 2;
inline constexpr std::uint32_t kAnswer = 2;
inline constexpr std::uint32_t kAttached = kAnswer + 3;
inline constexpr std::uint32_t kHead = kAnswer + 6;
inline constexpr std::uint32_t kPulse = kAnswer + 1;
inline constexpr std::uint32_t kEvents = kAnswer + 3;
inline constexpr std::uint32_t kSketches = kAnswer + 1;
inline constexpr std::uint32_t kDerived = kAnswer + 1;
inline constexpr std::uint32_t kFailed = kAnswer + 3;
inline constexpr std::uint32_t kEventRow = 6;
inline constexpr std::uint32_t kSketchRow = 5;
inline constexpr std::uint32_t kDerivedRow = 4;
} // namespace fields

} // namespace rankscope::view
