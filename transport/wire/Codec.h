// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Messages.h"
#include "transport/wire/Result.h"

#include <cstddef>
#include <span>
#include <vector>

/// msgpack in both directions. Only Encode.cpp includes msgpack.
/// All functions are pure and safe to call from any thread.
namespace rankscope::wire {

/// Borrowed form of a step record for the rank's hot path: encoding it allocates nothing.
/// `base.groups`, `base.sketch` and `base.extras.microNorms` are ignored in favour of the spans.
struct StepView {
    const StepRecord& base;
    std::span<const GradSums> groups;
    std::uint64_t sketchSeed = 0;
    float sketchScale = 0;
    std::span<const std::uint16_t> sketch; ///< empty = no sketch
    std::span<const double> microNorms;
};

/// Upper bound of encodeStep's output in bytes.
[[nodiscard]] std::size_t maxStepBytes(std::size_t groups, std::size_t sketchSize,
                                       std::size_t microBatches) noexcept;

/// Writes one step record into `out`; allocates nothing, makes no system call.
/// Returns the bytes written, or 0 if `out` was too small (nothing useful is left in it).
[[nodiscard]] std::size_t encodeStep(const StepView& step, std::span<std::byte> out) noexcept;

/// Any message as bytes of its own.
[[nodiscard]] std::vector<std::byte> encode(const Message& message);

/// Reads one message; every bound of `limits` is enforced before anything is allocated.
/// Errors: Malformed (not msgpack, wrong type, out of bounds, trailing bytes, duplicate key),
/// Unsupported (higher major version or unknown message kind).
[[nodiscard]] Result<Message> decode(std::span<const std::byte> bytes);

/// The same for the first of several messages that stand one behind the other, as in a session
/// file; takes it off the front of `bytes` (on an error `bytes` stays as it is).
[[nodiscard]] Result<Message> decodeFirst(std::span<const std::byte>& bytes);

/// Whether the message is a request to a view port (PROTOCOL.md): one for another port than the
/// ranks'. Only its header is looked at.
[[nodiscard]] bool isViewRequest(std::span<const std::byte> bytes);

/// IEEE binary16 from and to float; round to nearest even; overflow to infinity.
[[nodiscard]] std::uint16_t toHalf(float value) noexcept;
[[nodiscard]] float fromHalf(std::uint16_t bits) noexcept;

} // namespace rankscope::wire
