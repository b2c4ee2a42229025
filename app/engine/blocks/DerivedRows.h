// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/blocks/BlockSummary.h"
#include "app/engine/blocks/CurveBlock.h"
#include "transport/session/Derived.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// Blocks as a session keeps them; transport/session/FORMAT.md has the bytes. What is read is
/// treated as hostile: bounded and checked, and nothing comes out of it unless all of it holds.
namespace rankscope::engine {

/// A block's overview and curves.
[[nodiscard]] std::vector<session::Derived> rowsOf(std::size_t block, const BlockSummary& summary,
                                                   const CurveBlock& values);

[[nodiscard]] std::optional<BlockSummary> overviewFrom(std::span<const std::byte> bytes);

/// Numbers of the rows that a block's curves may have: first <= number < last.
struct RowNumbers {
    std::int64_t first = 0, last = 0;
};
[[nodiscard]] RowNumbers curveRows(std::size_t block);
/// Fills a cleared block. Message up to which it is known, or nothing.
[[nodiscard]] std::optional<std::int64_t>
curvesFrom(std::size_t block, std::span<const session::Derived> rows, CurveBlock& values);

} // namespace rankscope::engine
