// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Sketch.h"
#include "emitter/src/SketchHash.h"

#include "transport/wire/Codec.h"

#include <algorithm>
#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "emitter/src/Sketch.cpp"
#include "emitter/src/Targets.h"
#include <hwy/foreach_target.h>

#include "emitter/src/Elements-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rankscope::emitter::HWY_NAMESPACE {

/// One sign word per lane of 16 elements; used bit 31 first, shifted up after each 16 elements.
struct Signs {
    static constexpr std::size_t kVectors = 16 / kLanes;
    Words words[kVectors];

    HWY_INLINE Signs(const ParameterHash& hash, std::size_t element) {
        HWY_ALIGN std::uint64_t bits[8];
        for (std::size_t i = 0; i < 8; ++i) {
            bits[i] = hash.signs(element / 64 + i);
        }
        for (std::size_t i = 0; i < kVectors; ++i) {
            words[i] = hn::Load(WordTag(), reinterpret_cast<std::uint32_t*>(bits) + i * kLanes);
        }
    }
    /// Negates where the next bit says so.
    HWY_INLINE Floats use(std::size_t i, Floats v) {
        const Words signBit = hn::Set(WordTag(), 0x80000000U);
        const Words word = words[i];
        words[i] = hn::Add(word, word);
#if HWY_TARGET == HWY_AVX3 // v xor (word and signBit) in one instruction
        const __m512i bits = _mm512_castps_si512(v.raw);
        return Floats{
            _mm512_castsi512_ps(_mm512_ternarylogic_epi32(bits, word.raw, signBit.raw, 0x78))};
#else
        return hn::Xor(v, hn::BitCast(FloatTag(), hn::And(word, signBit)));
#endif
    }
};

/// One chunk, beginning at the parameter's element `first` (a multiple of kChunk): adds it to the
/// sketch and returns its squares' float sums (not for double, whose squares are summed apart).
template <class E, bool kSketch>
HWY_INLINE Floats readChunk(const E* HWY_RESTRICT data, std::size_t units, std::size_t first,
                            const Destination& to) {
    constexpr FloatTag d;
    constexpr std::size_t kSums = 4; // hides the latency of the additions
    constexpr std::size_t kSameRegister = kLanes - 1;
    Floats sums[kSums] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    Signs signs(to.hash, kSketch ? first : 0);
    // Copies of its own: stores through the sketch could change what `to` refers to.
    float* const HWY_RESTRICT sketch = to.sketch;
    const std::size_t mask = to.mask;
    std::size_t rotation = 0;
    auto lanes = hn::IndicesFromVec(d, hn::Iota(WordTag(), 0));
    for (std::size_t unit = 0; unit < units; ++unit) {
        const std::size_t element = first + unit * kUnit;
        const std::size_t inBlock = element & mask;
        if (kSketch && (unit == 0 || inBlock == 0)) {
            rotation = to.hash.rotation(element / (mask + 1)) & mask;
            lanes = hn::IndicesFromVec(
                d,
                hn::Xor(hn::Iota(WordTag(), 0),
                        hn::Set(WordTag(), static_cast<std::uint32_t>(rotation & kSameRegister))));
            rotation &= ~kSameRegister;
        }
        prefetch(data + unit * kUnit, kUnit * sizeof(E));
        HWY_UNROLL(16)
        for (std::size_t i = 0; i < kUnit / kLanes; ++i) {
            const Floats v = load(data + unit * kUnit + i * kLanes);
            if constexpr (!std::is_same_v<E, double>) {
                sums[i % kSums] = hn::MulAdd(v, v, sums[i % kSums]);
            }
            if constexpr (kSketch) {
                float* bucket = sketch + ((inBlock + i * kLanes) ^ rotation);
                const Floats moved = hn::TableLookupLanes(signs.use(i % Signs::kVectors, v), lanes);
                hn::Store(hn::Add(hn::Load(d, bucket), moved), d, bucket);
            }
        }
    }
    return hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3]));
}

template <class E>
GradientSums squaresInDouble(const E* data, std::size_t count) {
    const DoubleTag d;
    Doubles low = hn::Zero(d), high = hn::Zero(d);
    std::size_t nonFinite = 0;
    const auto add = [&](const E* p) HWY_ATTR {
        const Doubles a = loadLow(p), b = loadHigh(p);
        nonFinite += hn::CountTrue(d, hn::Not(hn::IsFinite(a)));
        nonFinite += hn::CountTrue(d, hn::Not(hn::IsFinite(b)));
        low = hn::MulAdd(a, a, low);
        high = hn::MulAdd(b, b, high);
    };
    const std::size_t whole = count / kLanes * kLanes;
    for (std::size_t i = 0; i < whole; i += kLanes) {
        add(data + i);
    }
    if (whole < count) {
        const Tail<E> tail(data + whole, count - whole);
        add(tail.data);
    }
    return {total(hn::Add(low, high)), nonFinite};
}

/// At most kStretch elements.
template <class E, bool kSketch>
HWY_INLINE GradientSums readStretch(const E* data, std::size_t count, std::size_t first,
                                    const Destination& to, E* copy) {
    Doubles sum = hn::Zero(DoubleTag());
    for (std::size_t i = 0; i < count; i += kChunk) {
        const std::size_t n = std::min(kChunk, count - i);
        const std::size_t units = (n + kUnit - 1) / kUnit;
        if (n == kChunk) {
            sum = addTo(sum, readChunk<E, kSketch>(data + i, kChunk / kUnit, first + i, to));
        } else {
            const Tail<E> tail(data + i, n);
            sum = addTo(sum, readChunk<E, kSketch>(tail.data, units, first + i, to));
        }
        if (copy != nullptr) {
            std::memcpy(static_cast<void*>(copy + i), data + i, n * sizeof(E));
        }
    }
    const double squares = total(sum);
    if (!std::is_same_v<E, double> && squares >= kTinySum && std::isfinite(squares)) {
        return {squares, 0};
    }
    return squaresInDouble(data, count);
}

template <class E>
GradientSums readAll(const E* data, std::size_t count, const Destination& to, E* copy) {
    GradientSums sums;
    for (std::size_t i = 0; i < count; i += kStretch) {
        const std::size_t n = std::min(kStretch, count - i);
        E* copyHere = copy == nullptr ? nullptr : copy + i;
        const GradientSums part = to.sketch == nullptr
                                      ? readStretch<E, false>(data + i, n, i, to, copyHere)
                                      : readStretch<E, true>(data + i, n, i, to, copyHere);
        sums.squares += part.squares;
        sums.nonFinite += part.nonFinite;
    }
    return sums;
}

template <class E>
GradientSums readAs(const void* data, std::size_t count, const Destination& to, void* copy) {
    return readAll(static_cast<const E*>(data), count, to, static_cast<E*>(copy));
}

GradientSums readElements(const void* data, ElementType type, std::size_t count,
                          const Destination& to, void* copy) {
    switch (type) {
    case ElementType::BFloat16:
        return readAs<BFloat16>(data, count, to, copy);
    case ElementType::Float16:
        return readAs<Float16>(data, count, to, copy);
    case ElementType::Float64:
        return readAs<double>(data, count, to, copy);
    case ElementType::Float32:
        break;
    }
    return readAs<float>(data, count, to, copy);
}

void quantise(std::span<const float> sketch, float factor, std::uint16_t* out) {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
    const FloatTag d;
    const hn::Rebind<hwy::float16_t, FloatTag> half;
    for (std::size_t i = 0; i < sketch.size(); i += kLanes) {
        const Floats v = hn::Mul(hn::LoadU(d, sketch.data() + i), hn::Set(d, factor));
        hn::StoreU(hn::DemoteTo(half, v), half, reinterpret_cast<hwy::float16_t*>(out) + i);
    }
#else // Highway's emulation truncates
    for (std::size_t i = 0; i < sketch.size(); ++i) {
        out[i] = wire::toHalf(sketch[i] * factor);
    }
#endif
}

} // namespace rankscope::emitter::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rankscope::emitter {

HWY_EXPORT(readElements);
HWY_EXPORT(quantise);

GradientSums readGradient(const void* data, ElementType type, std::size_t count, std::uint64_t key,
                          std::uint64_t seed, std::span<float> sketch, void* copy) noexcept {
    assert(sketch.empty() ||
           (sketch.size() >= kMinSketch && (sketch.size() & (sketch.size() - 1)) == 0));
    const std::size_t mask = sketch.empty() ? kMinSketch - 1 : sketch.size() - 1;
    float* to = sketch.empty() ? nullptr : sketch.data();
    return HWY_DYNAMIC_DISPATCH(readElements)(data, type, count,
                                              {ParameterHash(seed, key), to, mask}, copy);
}

float quantiseSketch(std::span<const float> sketch, std::span<std::uint16_t> out) noexcept {
    assert(out.size() == sketch.size());
    const GradientSums sums =
        readGradient(sketch.data(), ElementType::Float32, sketch.size(), 0, 0, {}, nullptr);
    const double rms = std::sqrt(sums.squares / static_cast<double>(sketch.size()));
    // Outside these bounds 1 / rms, or rounding to single precision, would cost accuracy.
    if (sums.nonFinite > 0 || !(rms > 0x1p-100 && rms < 0x1p100)) {
        return 0;
    }
    const auto scale = static_cast<float>(rms);
    HWY_DYNAMIC_DISPATCH(quantise)(sketch, 1 / scale, out.data());
    return scale;
}

} // namespace rankscope::emitter
#endif
