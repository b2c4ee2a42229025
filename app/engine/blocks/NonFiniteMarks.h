// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/StepMeasures.h"
#include "app/engine/blocks/NonFiniteLog.h"

#include <cstdint>
#include <vector>

namespace rankscope::engine {

/// Where a run measured NaN or Inf: the steps, and of which ranks.
class NonFiniteMarks {
  public:
    /// What a step has now, in place of what it had; without ranks: it is gone.
    void enter(std::uint64_t step, const analysis::StepMeasures& measures);

    /// Steps at which a loss, or a gradient, was measured and not finite, ascending.
    [[nodiscard]] const std::vector<std::uint64_t>& loss() const { return m_loss; }
    [[nodiscard]] const std::vector<std::uint64_t>& gradient() const { return m_gradient; }
    [[nodiscard]] const NonFiniteLog& ranks() const { return m_ranks; }
    [[nodiscard]] bool measuredGradients() const { return m_measured; } ///< at any step

    /// Adds what is known of other steps: all behind those that are here.
    void append(const NonFiniteMarks& other);
    struct Parts {
        std::vector<std::uint64_t> loss, gradient;
        std::vector<NonFiniteLog::Entry> ranks;
        bool measured = false;
    };
    [[nodiscard]] Parts parts() const {
        return {m_loss, m_gradient, m_ranks.entries(), m_measured};
    }
    [[nodiscard]] static NonFiniteMarks of(Parts parts);

  private:
    std::vector<std::uint64_t> m_loss, m_gradient;
    NonFiniteLog m_ranks;
    bool m_measured = false;
};

} // namespace rankscope::engine
