// SPDX-License-Identifier: Apache-2.0
#include "app/engine/blocks/ResumedRun.h"

#include "app/engine/blocks/DerivedRows.h"

#include <algorithm>
#include <utility>

namespace rankscope::engine {
namespace {

constexpr std::uint64_t kAtOnce = 256; // blocks

} // namespace

Result<std::optional<StoredDigest>> readStored(const session::SessionReader& session,
                                               const std::function<void(BlockSummary&&)>& append) {
    auto stored = readDigest(session);
    if (!stored || !*stored) {
        return stored;
    }
    const RunDigest& digest = (*stored)->digest;
    std::uint64_t behind = 0; // the steps so far
    for (std::uint64_t block = 0; block < digest.blocks;) {
        const std::uint64_t end = std::min(block + kAtOnce, digest.blocks);
        const auto rows =
            session.derived(session::DerivedKind::Overview, static_cast<std::int64_t>(block),
                            static_cast<std::int64_t>(end));
        if (!rows) {
            return tl::unexpected(rows.error());
        }
        if (rows->size() != end - block) {
            return std::nullopt;
        }
        for (const session::Derived& row : *rows) {
            auto summary = overviewFrom(row.data);
            // Rows of another epoch come from after the digest: their places may have moved.
            if (!summary || row.number != static_cast<std::int64_t>(block++) ||
                summary->epoch > digest.epoch || summary->steps.front() < behind) {
                return std::nullopt;
            }
            behind = summary->steps.back() + 1;
            append(std::move(*summary));
        }
    }
    return stored;
}

} // namespace rankscope::engine
