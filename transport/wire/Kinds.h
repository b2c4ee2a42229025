// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"

#include <bit>
#include <cstdint>

/// Numbers of the wire format that encoder and decoder share; PROTOCOL.md explains each.
namespace rankscope::wire {

enum class Kind : std::uint8_t { Hello = 1, Step = 2, Gap = 3, Bye = 4, Welcome = 5, Ack = 6 };

/// Kinds of the view port's requests: none is a rank's.
inline constexpr std::uint64_t kFirstViewRequest = 16, kLastViewRequest = 30;

/// Elements of each message's array, the two of the header included.
namespace fields {
inline constexpr std::uint32_t kHeader = 2;
inline constexpr std::uint32_t kHello = kHeader + 17;
inline constexpr std::uint32_t kStep = kHeader + 16;
inline constexpr std::uint32_t kSketch = 4;
inline constexpr std::uint32_t kGap = kHeader + 5;
inline constexpr std::uint32_t kBye = kHeader + 3;
inline constexpr std::uint32_t kWelcome = kHeader + 6;
inline constexpr std::uint32_t kAck = kHeader + 2;
inline constexpr std::uint32_t kAckOfBye = kAck + 1;
} // namespace fields

/// Keys of a step record's map of extras.
namespace extra {
inline constexpr std::uint8_t kMicroNorms = 1;
inline constexpr std::uint8_t kDataHash = 2;
inline constexpr std::uint8_t kParameterHash = 3;
inline constexpr std::uint8_t kBufferHash = 4;
inline constexpr std::uint8_t kReducedHash = 5;
inline constexpr std::uint8_t kGradScale = 6;
inline constexpr std::uint8_t kStepSeconds = 7;
inline constexpr std::uint8_t kReduceSeconds = 8;
} // namespace extra

// Packed numbers are little-endian on the wire and are copied as they lie in memory.
static_assert(std::endian::native == std::endian::little);
static_assert(sizeof(GradSums) == 3 * sizeof(double));

} // namespace rankscope::wire
