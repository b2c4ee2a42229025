// SPDX-License-Identifier: Apache-2.0
#include "emitter/src/StepGradient.h"

#include "emitter/src/Absent.h"
#include "emitter/src/Sketch.h"

#include <algorithm>

namespace rankscope::emitter {

namespace {

Mapping sketchMemory(std::size_t size) noexcept {
    return size == 0
               ? Mapping()
               : Mapping(size * (sizeof(float) + sizeof(std::uint16_t)), Mapping::InChild::Zeroed);
}

const std::byte* advance(const void* data, std::uint64_t elements, ElementType type) noexcept {
    return static_cast<const std::byte*>(data) + elements * bytesOf(type);
}

} // namespace

StepGradient::StepGradient(std::size_t groups, std::uint32_t sketchSize, std::uint64_t parameters)
    : m_size(sketchSize),
      m_parameters(parameters),
      m_memory(sketchMemory(sketchSize)),
      m_groups(groups) {}

void StepGradient::add(const void* data, ElementType type, std::span<const Segment> segments,
                       std::uint64_t seed, void* copy) noexcept {
    for (const Segment& segment : segments) {
        void* const copyHere = copy == nullptr
                                   ? nullptr
                                   : static_cast<std::byte*>(copy) + segment.offset * bytesOf(type);
        const GradientSums sums =
            readGradient(advance(data, segment.offset, type), type, segment.count, segment.key,
                         seed, numbers(), copyHere);
        m_total.local += sums.squares;
        m_nonFinite += sums.nonFinite;
        m_elements += segment.count;
        if (wire::GradSums* const in = group(segment.group)) {
            in->local += sums.squares;
        }
    }
    m_hasLocal = true;
    m_hasSketch = m_size > 0;
}

void StepGradient::addReduced(const void* local, const void* mean, ElementType type,
                              std::span<const Segment> segments) noexcept {
    for (const Segment& segment : segments) {
        const ReducedSums sums =
            readReduced(advance(local, segment.offset, type), advance(mean, segment.offset, type),
                        type, segment.count);
        m_total.mean += sums.squares;
        m_total.dot += sums.dot;
        if (wire::GradSums* const in = group(segment.group)) {
            in->mean += sums.squares;
            in->dot += sums.dot;
        }
    }
    m_hasReduced = true;
}

void StepGradient::addSums(std::span<const wire::GradSums> groups, std::uint64_t nonFinite,
                           const float* sketch) noexcept {
    const bool reduced = std::none_of(groups.begin(), groups.end(), [](const wire::GradSums& sums) {
        return isAbsent(sums.mean) || isAbsent(sums.dot);
    });
    for (std::size_t i = 0; i < groups.size(); ++i) {
        wire::GradSums add = groups[i];
        if (!reduced) {
            add.mean = add.dot = 0;
        }
        for (wire::GradSums* const to : {&m_total, group(static_cast<std::uint32_t>(i))}) {
            if (to != nullptr) {
                to->local += add.local;
                to->mean += add.mean;
                to->dot += add.dot;
            }
        }
    }
    m_nonFinite += nonFinite;
    m_elements = m_parameters; // the caller answers for completeness
    m_hasLocal = true;
    m_hasReduced = m_hasReduced || reduced;
    if (sketch != nullptr && m_size > 0) {
        const std::span<float> to = numbers();
        std::transform(to.begin(), to.end(), sketch, to.begin(), std::plus<>());
        m_hasSketch = true;
    }
}

void StepGradient::clear() noexcept {
    m_total = {};
    std::fill(m_groups.begin(), m_groups.end(), wire::GradSums{});
    if (m_hasSketch) {
        std::fill(numbers().begin(), numbers().end(), 0.0F);
    }
    m_nonFinite = m_elements = 0;
    m_hasLocal = m_hasReduced = m_hasSketch = false;
}

bool StepGradient::isPartial() const noexcept {
    return m_hasLocal && m_elements < m_parameters;
}

StepGradient::Quantised StepGradient::sketch() noexcept {
    if (!m_hasSketch) {
        return {};
    }
    const std::span<std::uint16_t> values(
        reinterpret_cast<std::uint16_t*>(m_memory.data() + m_size * sizeof(float)), m_size);
    const float scale = quantiseSketch(numbers(), values);
    return scale > 0 ? Quantised{scale, values} : Quantised{};
}

} // namespace rankscope::emitter
