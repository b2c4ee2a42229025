// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/blocks/BlockKeeper.h"
#include "app/engine/blocks/RunCurves.h"
#include "app/engine/session/RetryPause.h"
#include "app/engine/session/RunReader.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace rankscope::engine {

/// Brings the values of coarse blocks: from the session's stored curves, or else from the records.
/// What is to be seen comes first, then the rest of the run, newest first, as far as memory goes;
/// what was not seen for longest gives way.
class BlockLoader {
  public:
    BlockLoader(RunReader& reader, BlockKeeper& keeper, RunCurves& curves, std::size_t budgetBytes)
        : m_reader(reader),
          m_keeper(keeper),
          m_curves(curves),
          m_budget(budgetBytes) {}

    /// The places first..last (half-open) are to be seen: `fine`, or only where they begin and end
    /// within a block.
    void aim(std::size_t first, std::size_t last, bool fine);
    /// Blocks have come or changed.
    void lookAgain();
    /// All that is to be seen is there, or there is no room for it.
    [[nodiscard]] bool complete();

    /// One block of what is to be seen; the lowest place that changed. Nothing: there is no more to
    /// do, or it cannot be read now.
    [[nodiscard]] std::optional<std::size_t> work();
    /// The same of the rest of the run.
    [[nodiscard]] std::optional<std::size_t> workOnRest();
    void makeRoom(); ///< down to the budget, but for what is to be seen
    /// Why a block could not be read, the last time, if it is still to be seen. Of the rest of the
    /// run only what is wrong with it: that nobody answers is no news while nothing is missed.
    [[nodiscard]] std::optional<Error> problem();
    /// When work() and workOnRest() ask again, if there is such a block.
    [[nodiscard]] std::optional<RetryPause::Clock::time_point> retryAt() const {
        return m_pause.until();
    }

  private:
    [[nodiscard]] bool wanted(std::size_t block) const;
    [[nodiscard]] std::optional<std::size_t> nextSeen();
    [[nodiscard]] bool evictOne();
    [[nodiscard]] bool fits(std::size_t more) const;
    std::optional<std::size_t> load(std::size_t block, bool seen);
    [[nodiscard]] Result<std::size_t> read(std::size_t block);
    [[nodiscard]] Result<std::size_t> measure(std::size_t block);

    RunReader& m_reader;
    BlockKeeper& m_keeper;
    RunCurves& m_curves;
    std::size_t m_budget;
    std::size_t m_first = 0, m_last = 0; ///< places to be seen
    bool m_fine = false;
    std::size_t m_seenLeft = 0, m_restLeft = 0; ///< blocks below this are still to be looked at
    std::vector<std::uint64_t> m_shown;         ///< by block: when it was to be seen last
    std::uint64_t m_aims = 0;
    CurveBlock m_stored; ///< scratch
    RetryPause m_pause;
    bool m_seenFailed = false; ///< the pause is for a block that was to be seen
};

} // namespace rankscope::engine
