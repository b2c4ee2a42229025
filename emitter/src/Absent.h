// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

namespace rankscope::emitter {

/// The NaN that says "not measured" in the C interface: a payload that no arithmetic makes.
inline constexpr std::uint64_t kAbsentBits = 0x7FF8'5253'4142'5354ULL;

[[nodiscard]] inline double absent() noexcept {
    return std::bit_cast<double>(kAbsentBits);
}

/// By bits, since a NaN that was measured must stay a NaN.
[[nodiscard]] inline bool isAbsent(double value) noexcept {
    return std::bit_cast<std::uint64_t>(value) == kAbsentBits;
}

} // namespace rankscope::emitter
