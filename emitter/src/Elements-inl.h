// SPDX-License-Identifier: Apache-2.0
// Loads of every element type as float vectors. Included once per instruction set, as
// hwy/foreach_target.h wants it, hence the unusual guard.
#if defined(RANKSCOPE_ELEMENTS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef RANKSCOPE_ELEMENTS_INL_H
#undef RANKSCOPE_ELEMENTS_INL_H
#else
#define RANKSCOPE_ELEMENTS_INL_H
#endif

#include "emitter/src/Sketch.h"

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <cmath>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace rankscope::emitter::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::CappedTag<float, 16>;
#if HWY_TARGET == HWY_SCALAR
using HalfFloatTag = FloatTag;
#else
using HalfFloatTag = hn::Half<FloatTag>;
#endif
using DoubleTag = hn::Rebind<double, HalfFloatTag>;
using WordTag = hn::RebindToUnsigned<FloatTag>;
using Floats = hn::Vec<FloatTag>;
using Doubles = hn::Vec<DoubleTag>;
using Words = hn::Vec<WordTag>;

constexpr std::size_t kLanes = hn::MaxLanes(FloatTag());

/// Storage of the half types; Highway's own types cannot be zero-initialised.
struct BFloat16 {
    std::uint16_t bits;
};
struct Float16 {
    std::uint16_t bits;
};

HWY_INLINE Floats load(const float* p) {
    return hn::LoadU(FloatTag(), p);
}

HWY_INLINE Words loadHalves(const void* p) {
    const hn::Rebind<std::uint16_t, FloatTag> d;
    const hn::RebindToSigned<WordTag> promoted;
    return hn::BitCast(WordTag(),
                       hn::PromoteTo(promoted, hn::LoadU(d, static_cast<const std::uint16_t*>(p))));
}

HWY_INLINE Floats load(const BFloat16* p) {
    return hn::BitCast(FloatTag(), hn::ShiftLeft<16>(loadHalves(p)));
}

HWY_INLINE Floats load(const Float16* p) {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
    const hn::Rebind<hwy::float16_t, FloatTag> d;
    return hn::PromoteTo(FloatTag(), hn::LoadU(d, reinterpret_cast<const hwy::float16_t*>(p)));
#else
    // Highway's emulation takes infinities for numbers. 2^112 moves the exponent's bias.
    const WordTag d;
    const Words bits = loadHalves(p);
    const Words magnitude = hn::And(bits, hn::Set(d, 0x7FFFU));
    const Floats scaled = hn::Mul(hn::BitCast(FloatTag(), hn::ShiftLeft<13>(magnitude)),
                                  hn::Set(FloatTag(), 0x1p112F));
    const Words special =
        hn::IfThenElseZero(hn::Gt(magnitude, hn::Set(d, 0x7BFFU)), hn::Set(d, 0x7F800000U));
    const Words sign = hn::ShiftLeft<16>(hn::And(bits, hn::Set(d, 0x8000U)));
    return hn::BitCast(FloatTag(), hn::Or(hn::Or(hn::BitCast(d, scaled), special), sign));
#endif
}

#if HWY_TARGET == HWY_SCALAR // vectors of one element have no halves

HWY_INLINE Floats load(const double* p) {
    return hn::DemoteTo(FloatTag(), hn::LoadU(DoubleTag(), p));
}
template <class E>
HWY_INLINE Doubles loadLow(const E* p) {
    return hn::PromoteTo(DoubleTag(), load(p));
}
HWY_INLINE Doubles loadLow(const double* p) {
    return hn::LoadU(DoubleTag(), p);
}
template <class E>
HWY_INLINE Doubles loadHigh(const E*) {
    return hn::Zero(DoubleTag());
}
HWY_INLINE Doubles addTo(Doubles sum, Floats v) {
    return hn::Add(sum, hn::PromoteTo(DoubleTag(), v));
}

#else

HWY_INLINE Floats load(const double* p) {
    const Doubles low = hn::LoadU(DoubleTag(), p);
    const Doubles high = hn::LoadU(DoubleTag(), p + kLanes / 2);
    return hn::Combine(FloatTag(), hn::DemoteTo(HalfFloatTag(), high),
                       hn::DemoteTo(HalfFloatTag(), low));
}
/// The first and the last kLanes / 2 of kLanes elements in double precision.
template <class E>
HWY_INLINE Doubles loadLow(const E* p) {
    return hn::PromoteTo(DoubleTag(), hn::LowerHalf(HalfFloatTag(), load(p)));
}
HWY_INLINE Doubles loadLow(const double* p) {
    return hn::LoadU(DoubleTag(), p);
}
template <class E>
HWY_INLINE Doubles loadHigh(const E* p) {
    return hn::PromoteTo(DoubleTag(), hn::UpperHalf(HalfFloatTag(), load(p)));
}
HWY_INLINE Doubles loadHigh(const double* p) {
    return hn::LoadU(DoubleTag(), p + kLanes / 2);
}

HWY_INLINE Doubles addTo(Doubles sum, Floats v) {
    sum = hn::Add(sum, hn::PromoteTo(DoubleTag(), hn::LowerHalf(HalfFloatTag(), v)));
    return hn::Add(sum, hn::PromoteTo(DoubleTag(), hn::UpperHalf(HalfFloatTag(), v)));
}

#endif

HWY_INLINE double total(Doubles v) {
    return hn::GetLane(hn::SumOfLanes(DoubleTag(), v));
}

/// Asks for the cache line that comes `kAhead` bytes later; a prefetch never faults.
template <class E>
HWY_INLINE void prefetch(const E* p, std::size_t bytes) {
    constexpr std::size_t kAhead = 4096, kLine = 64;
    for (std::size_t i = 0; i < bytes; i += kLine) {
        hwy::Prefetch(reinterpret_cast<const char*>(p) + kAhead + i);
    }
}

// Elements are summed in single precision within a chunk, in double from chunk to chunk: so few
// additions that even their worst rounding stays below 1e-6 of the norm. A stretch whose sum is
// not finite, or so small that squares may have vanished, is read again in double precision while
// it is still in the cache.
constexpr std::size_t kUnit = 64;       // elements that share an iteration
constexpr std::size_t kChunk = 512;     // elements that share sign words and a float sum
constexpr std::size_t kStretch = 16384; // elements between two looks at the sum
constexpr double kTinySum = 0x1p-88;    // kStretch * smallest normal float * 2^24

/// The last elements of a parameter, padded with zeros to whole units.
template <class E>
struct Tail {
    HWY_ALIGN E data[kChunk];

    Tail(const E* from, std::size_t count) {
        const std::size_t padded = (count + kUnit - 1) / kUnit * kUnit;
        std::memcpy(static_cast<void*>(data), from, count * sizeof(E));
        std::memset(static_cast<void*>(data + count), 0, (padded - count) * sizeof(E));
    }
};

} // namespace rankscope::emitter::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
