// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace rankscope {

/// An integer that names one kind of thing, so that a rank cannot pass as a step.
template <class Tag, class Rep>
class Id {
  public:
    using rep = Rep;

    constexpr Id() = default;
    constexpr explicit Id(Rep value) : m_value(value) {}

    [[nodiscard]] constexpr Rep value() const { return m_value; }
    constexpr auto operator<=>(const Id&) const = default;

  private:
    Rep m_value = 0;
};

/// Index of a data-parallel worker in its generation, 0 <= rank < world size.
using RankId = Id<struct RankTag, std::uint32_t>;

/// Optimizer step; the first is 0. A step may be repeated (FORMAT.md, "Order and attempts").
using Step = Id<struct StepTag, std::uint64_t>;

/// Position of a record in the stream of one incarnation; the first is 1, without holes at the
/// sender: a hole at the receiver is a loss and is declared as a gap.
using Seq = Id<struct SeqTag, std::uint64_t>;

/// One emitter process, chosen at random when it starts.
using IncarnationId = Id<struct IncarnationTag, std::uint64_t>;

} // namespace rankscope

template <class Tag, class Rep>
struct std::hash<rankscope::Id<Tag, Rep>> {
    std::size_t operator()(rankscope::Id<Tag, Rep> id) const noexcept {
        return std::hash<Rep>{}(id.value());
    }
};
