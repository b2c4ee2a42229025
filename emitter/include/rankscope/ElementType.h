// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace rankscope::emitter {

/// Numbers that gradients are made of; values as RS_FLOAT32 ... in rankscope.h.
enum class ElementType : std::uint8_t { Float32 = 0, BFloat16 = 1, Float16 = 2, Float64 = 3 };

[[nodiscard]] constexpr std::size_t bytesOf(ElementType type) noexcept {
    return type == ElementType::Float32 ? 4 : type == ElementType::Float64 ? 8 : 2;
}

} // namespace rankscope::emitter
