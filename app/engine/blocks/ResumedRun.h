// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/blocks/BlockSummary.h"
#include "app/engine/blocks/RunDigest.h"
#include "app/engine/session/RunReader.h"

#include <functional>
#include <optional>

namespace rankscope::engine {

/// What a session keeps of a run, read back: where reading goes on, and the blocks before that.
/// `append` gets the blocks in order, before it is known whether all of it holds. Nothing: the
/// session keeps nothing, or what it keeps does not hold; then everything is to be computed from
/// the records. Errors: those of reading.
[[nodiscard]] Result<std::optional<StoredDigest>>
readStored(const session::SessionReader& session,
           const std::function<void(BlockSummary&&)>& append);

} // namespace rankscope::engine
