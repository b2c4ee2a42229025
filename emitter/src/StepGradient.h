// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emitter/src/Mapping.h"
#include "transport/wire/Messages.h"

#include <rankscope/Emitter.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rankscope::emitter {

/// What was gathered from gradients since the last step: sums in all and per layer group, and the
/// sketch. Buffers come in any number and order; a parameter must be whole in one of them.
/// Not thread-safe. Allocates when it is made, never later.
class StepGradient {
  public:
    /// Check sketchReady(): the sketch's memory may have been refused.
    StepGradient(std::size_t groups, std::uint32_t sketchSize, std::uint64_t parameters);

    [[nodiscard]] bool sketchReady() const noexcept { return m_size == 0 || bool(m_memory); }

    void add(const void* data, ElementType type, std::span<const Segment> segments,
             std::uint64_t seed, void* copy) noexcept;
    void addReduced(const void* local, const void* mean, ElementType type,
                    std::span<const Segment> segments) noexcept;
    void addSums(std::span<const wire::GradSums> groups, std::uint64_t nonFinite,
                 const float* sketch) noexcept;
    void clear() noexcept;

    /// Whether local gradients, and reduced ones, were seen at all.
    [[nodiscard]] bool hasLocal() const noexcept { return m_hasLocal; }
    [[nodiscard]] bool hasReduced() const noexcept { return m_hasReduced; }
    /// Some parameters were seen and some were not.
    [[nodiscard]] bool isPartial() const noexcept;

    [[nodiscard]] const wire::GradSums& total() const noexcept { return m_total; }
    [[nodiscard]] std::span<const wire::GradSums> groups() const noexcept { return m_groups; }
    [[nodiscard]] std::uint64_t nonFinite() const noexcept { return m_nonFinite; }

    struct Quantised {
        float scale = 0;
        std::span<const std::uint16_t> values; ///< empty when the sketch says nothing
    };
    /// Valid until the next call.
    [[nodiscard]] Quantised sketch() noexcept;

  private:
    [[nodiscard]] std::span<float> numbers() const noexcept {
        return {reinterpret_cast<float*>(m_memory.data()), m_size};
    }
    [[nodiscard]] wire::GradSums* group(std::uint32_t index) noexcept {
        return index < m_groups.size() ? &m_groups[index] : nullptr;
    }

    std::size_t m_size; ///< of the sketch
    std::uint64_t m_parameters;
    Mapping m_memory; ///< the sketch: floats, then room for the quantised form
    std::vector<wire::GradSums> m_groups;
    wire::GradSums m_total;
    std::uint64_t m_nonFinite = 0;
    std::uint64_t m_elements = 0;
    bool m_hasLocal = false, m_hasReduced = false, m_hasSketch = false;
};

} // namespace rankscope::emitter
