// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Types.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace rankscope::engine {

/// The steps of a run in ascending order; a step's *place* is its number in there. Blocks are of
/// kBlock places.
class StepList {
  public:
    static constexpr std::size_t kBlock = 256;
    static constexpr std::size_t kNew = static_cast<std::size_t>(-1);

    /// What is at which place changed: at first + i stands what was at sources[i], or a new step.
    struct Shift {
        std::size_t first = 0;
        std::vector<std::size_t> sources;
    };

    /// Adds steps (ascending; some may be here). Nothing when all that came stand behind all that
    /// were here.
    [[nodiscard]] std::optional<Shift> merge(const std::vector<Step>& came);
    /// At the end.
    void append(const std::vector<std::uint64_t>& steps);

    [[nodiscard]] const std::vector<std::uint64_t>& all() const { return m_steps; }
    [[nodiscard]] std::size_t size() const { return m_steps.size(); }
    /// Of the first step that is not before this one.
    [[nodiscard]] std::size_t placeOf(std::uint64_t step) const;
    [[nodiscard]] bool contains(std::uint64_t step) const;

    struct Range {
        Step first, last; ///< inclusive
    };
    [[nodiscard]] std::size_t blocks() const { return (m_steps.size() + kBlock - 1) / kBlock; }
    /// Steps that belong to a block: from its first to where the next one begins, so that blocks
    /// cover all steps that there can be up to the last.
    [[nodiscard]] Range rangeOf(std::size_t block) const;
    /// The block to which a step belongs that is not behind the last.
    [[nodiscard]] std::size_t blockOf(Step step) const;

  private:
    std::vector<std::uint64_t> m_steps;
};

} // namespace rankscope::engine
