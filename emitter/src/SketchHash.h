// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

/// The random part of the sketch: which number of the sketch an element is added to, and with
/// which sign. Every rank must use this definition, on whatever device it runs.
///
/// With k numbers (a power of two, 64 to 32,768), element e of parameter `key` goes to
///     bucket   (e mod k) xor (rotation(e / k) mod k)
///     negated  if bit 31 - (e mod 512) / 16 of the 32-bit word e mod 16 of the 512 bits
///              signs(8c) ... signs(8c + 7), c = e / 512, little endian, is set
/// So the elements of a block of k never meet, two elements of different blocks meet with
/// probability 1/k whatever the strides of the tensor are, and signs are independent: CountSketch
/// (Charikar, Chen, Farach-Colton 2002) with one hash per block instead of one per element.
namespace rankscope::emitter {

inline constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15ULL;

/// Finaliser of splitmix64 (Steele, Lea, Flood 2014): a bijection that mixes all bits.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}

/// Seed of an emitter's n-th step, equal on all ranks: the first is 0.
[[nodiscard]] constexpr std::uint64_t seedOfStep(std::uint64_t step) noexcept {
    return mix(step + kGolden);
}

/// Two independent streams of random words for one parameter at one step.
class ParameterHash {
  public:
    constexpr ParameterHash(std::uint64_t seed, std::uint64_t key) noexcept
        : m_rotations(mix(seed ^ mix(key + kGolden))),
          m_signs(mix(m_rotations ^ kGolden)) {}

    [[nodiscard]] constexpr std::uint64_t rotation(std::uint64_t block) const noexcept {
        return mix(m_rotations + (block + 1) * kGolden);
    }
    [[nodiscard]] constexpr std::uint64_t signs(std::uint64_t word) const noexcept {
        return mix(m_signs + (word + 1) * kGolden);
    }

  private:
    std::uint64_t m_rotations, m_signs;
};

/// Where the elements of one parameter go.
struct Destination {
    ParameterHash hash;
    float* sketch;    ///< null = no sketch
    std::size_t mask; ///< numbers in the sketch - 1
};

} // namespace rankscope::emitter
