// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/run/CosineSum.h"
#include "app/engine/session/RetryPause.h"
#include "app/engine/session/RunReader.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace rankscope::engine {

/// A session's mean cosine matrix over a stretch of steps, of at most kSteps of them, evenly
/// spread. Each may cost a read of the file, so it is made piece by piece.
class MeanCosine {
  public:
    static constexpr std::size_t kSteps = 64;
    using Clock = std::chrono::steady_clock;

    /// Of the steps of `own` (ascending) within first..last; starts over when those are others.
    void setSpan(const std::vector<std::uint64_t>& own, std::uint64_t first, std::uint64_t last);
    /// Takes in steps until the time is over. True when a mean has just become complete.
    bool advance(const RunReader& reader, Clock::time_point until);

    [[nodiscard]] bool done() const { return m_next == m_steps.size(); }
    /// There is something to do now; a recorder that does not answer is asked again after a while.
    [[nodiscard]] bool due() const { return !done() && !m_pause.holds(); }
    /// Null until the first is complete; then the newest complete one.
    [[nodiscard]] const std::shared_ptr<const analysis::CosineMatrix>& mean() const {
        return m_mean;
    }

  private:
    void add(const analysis::CosineMatrix& matrix);
    void finish();

    std::vector<std::uint64_t> m_steps;
    std::size_t m_next = 0;
    RetryPause m_pause;
    CosineSum m_sum;
    Step m_newest;            ///< of those in the sum
    std::size_t m_summed = 0; ///< steps
    std::shared_ptr<const analysis::CosineMatrix> m_mean;
};

} // namespace rankscope::engine
