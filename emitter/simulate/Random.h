// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/src/SketchHash.h"

#include <cmath>
#include <cstdint>
#include <initializer_list>

namespace rankscope::simulate {

/// A stream of random numbers that follows from what it is for, so that every process draws the
/// same ones without asking anybody. Usable with the standard library's algorithms.
class Random {
  public:
    using result_type = std::uint64_t;

    Random(std::initializer_list<std::uint64_t> purpose) noexcept {
        for (const std::uint64_t part : purpose) {
            m_state = emitter::mix(m_state ^ emitter::mix(part + emitter::kGolden));
        }
    }

    result_type operator()() noexcept { return emitter::mix(m_state += emitter::kGolden); }
    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return UINT64_MAX; }

    /// In (0, 1).
    float uniform() noexcept { return (static_cast<float>((*this)() >> 41U) + 0.5F) * 0x1p-23F; }
    /// Standard normal, by Box and Muller.
    float normal() noexcept {
        constexpr float kTwoPi = 6.2831853F;
        return std::sqrt(-2 * std::log(uniform())) * std::cos(kTwoPi * uniform());
    }

  private:
    std::uint64_t m_state = 0;
};

} // namespace rankscope::simulate
