// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rankscope/ElementType.h>

#include <cstddef>
#include <cstdint>
#include <span>

/// What is read from gradients: sums and sketches, at the speed of memory. Pure functions, safe
/// from any thread; they allocate nothing and make no system call. Data needs no alignment.
///
/// The sketch is bit-identical on all instruction sets, since each number gets at most one plain
/// addition per block of elements. Sums are not: they agree to rounding.
namespace rankscope::emitter {

inline constexpr std::size_t kMinSketch = 64;
inline constexpr std::size_t kMaxSketch = 32768;

/// Sums over a stretch of a gradient; sqrt(squares) is right to 1e-6 for all finite elements whose
/// squares' sum fits a double.
struct GradientSums {
    double squares = 0;
    std::uint64_t nonFinite = 0; ///< exact number of NaN and Inf elements
};

/// Reads one parameter's `count` elements in one pass. Adds them to `sketch` (aligned to 64 bytes;
/// empty = no sketch) as SketchHash.h says, and copies them to `copy` when that is not null.
GradientSums readGradient(const void* data, ElementType type, std::size_t count, std::uint64_t key,
                          std::uint64_t seed, std::span<float> sketch, void* copy) noexcept;

struct ReducedSums {
    double squares = 0; ///< |m|^2
    double dot = 0;     ///< g . m, right to 1e-6 |g| |m|
};

/// Reads a local gradient g beside the reduced mean m.
[[nodiscard]] ReducedSums readReduced(const void* local, const void* mean, ElementType type,
                                      std::size_t count) noexcept;

/// Divides a sketch by the root mean square of its numbers and rounds it to binary16, which costs
/// at most 6e-5 on a cosine. Returns the divisor, or 0 when the sketch says nothing: all zero,
/// not finite, or so small or large that single precision has spoilt it.
[[nodiscard]] float quantiseSketch(std::span<const float> sketch,
                                   std::span<std::uint16_t> out) noexcept;

} // namespace rankscope::emitter
