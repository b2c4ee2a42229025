// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/Sketch.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "emitter/src/Reduced.cpp"
#include "emitter/src/Targets.h"
#include <hwy/foreach_target.h>

#include "emitter/src/Elements-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rankscope::emitter::HWY_NAMESPACE {

struct ChunkSums {
    Floats squares, dot;
};

template <class E>
HWY_INLINE ChunkSums readChunk(const E* HWY_RESTRICT local, const E* HWY_RESTRICT mean,
                               std::size_t units) {
    constexpr FloatTag d;
    constexpr std::size_t kSums = 4;
    Floats squares[kSums] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    Floats dots[kSums] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    for (std::size_t i = 0; i < units * kUnit; i += kUnit) {
        prefetch(local + i, kUnit * sizeof(E));
        prefetch(mean + i, kUnit * sizeof(E));
        HWY_UNROLL(16)
        for (std::size_t j = 0; j < kUnit; j += kLanes) {
            const Floats g = load(local + i + j), m = load(mean + i + j);
            const std::size_t sum = j / kLanes % kSums;
            squares[sum] = hn::MulAdd(m, m, squares[sum]);
            dots[sum] = hn::MulAdd(g, m, dots[sum]);
        }
    }
    return {hn::Add(hn::Add(squares[0], squares[1]), hn::Add(squares[2], squares[3])),
            hn::Add(hn::Add(dots[0], dots[1]), hn::Add(dots[2], dots[3]))};
}

template <class E>
ReducedSums sumsInDouble(const E* local, const E* mean, std::size_t count) {
    const DoubleTag d;
    Doubles squares = hn::Zero(d), dot = hn::Zero(d);
    const auto add = [&](const E* g, const E* m) HWY_ATTR {
        const Doubles low = loadLow(m), high = loadHigh(m);
        squares = hn::MulAdd(high, high, hn::MulAdd(low, low, squares));
        dot = hn::MulAdd(loadHigh(g), high, hn::MulAdd(loadLow(g), low, dot));
    };
    const std::size_t whole = count / kLanes * kLanes;
    for (std::size_t i = 0; i < whole; i += kLanes) {
        add(local + i, mean + i);
    }
    if (whole < count) {
        const Tail<E> g(local + whole, count - whole), m(mean + whole, count - whole);
        add(g.data, m.data);
    }
    return {total(squares), total(dot)};
}

/// At most kStretch elements.
template <class E>
ReducedSums readStretch(const E* local, const E* mean, std::size_t count) {
    if constexpr (std::is_same_v<E, double>) {
        return sumsInDouble(local, mean, count);
    } else {
        Doubles squares = hn::Zero(DoubleTag()), dot = hn::Zero(DoubleTag());
        const auto add = [&](const ChunkSums& chunk) HWY_ATTR {
            squares = addTo(squares, chunk.squares);
            dot = addTo(dot, chunk.dot);
        };
        const std::size_t whole = count / kChunk * kChunk;
        for (std::size_t i = 0; i < whole; i += kChunk) {
            add(readChunk(local + i, mean + i, kChunk / kUnit));
        }
        if (const std::size_t rest = count - whole; rest > 0) {
            const Tail<E> g(local + whole, rest), m(mean + whole, rest);
            add(readChunk(g.data, m.data, (rest + kUnit - 1) / kUnit));
        }
        // A product vanishes only where g . m is tiny, or their signs cancel: then reading again
        // changes nothing but the time.
        const ReducedSums sums{total(squares), total(dot)};
        const bool sound = sums.squares >= kTinySum && std::abs(sums.dot) >= kTinySum &&
                           std::isfinite(sums.squares) && std::isfinite(sums.dot);
        return sound ? sums : sumsInDouble(local, mean, count);
    }
}

template <class E>
ReducedSums readAs(const void* local, const void* mean, std::size_t count) {
    ReducedSums sums;
    for (std::size_t i = 0; i < count; i += kStretch) {
        const ReducedSums part =
            readStretch(static_cast<const E*>(local) + i, static_cast<const E*>(mean) + i,
                        std::min(kStretch, count - i));
        sums.squares += part.squares;
        sums.dot += part.dot;
    }
    return sums;
}

ReducedSums readBoth(const void* local, const void* mean, ElementType type, std::size_t count) {
    switch (type) {
    case ElementType::BFloat16:
        return readAs<BFloat16>(local, mean, count);
    case ElementType::Float16:
        return readAs<Float16>(local, mean, count);
    case ElementType::Float64:
        return readAs<double>(local, mean, count);
    case ElementType::Float32:
        break;
    }
    return readAs<float>(local, mean, count);
}

} // namespace rankscope::emitter::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rankscope::emitter {

HWY_EXPORT(readBoth);

ReducedSums readReduced(const void* local, const void* mean, ElementType type,
                        std::size_t count) noexcept {
    return HWY_DYNAMIC_DISPATCH(readBoth)(local, mean, type, count);
}

} // namespace rankscope::emitter
#endif
