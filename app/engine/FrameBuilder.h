// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/RunCurves.h"
#include "app/engine/RunFrame.h"
#include "app/engine/RunPulse.h"
#include "app/engine/RunReader.h"

#include <memory>
#include <optional>
#include <vector>

namespace rankscope::engine {

/// Makes frames of a run for a view: panels from the cached curves, decimated to the view's
/// columns, and everything at the cursor. The cost depends on columns and ranks, not on the run's
/// length. Fills everything of a frame except the parts of its status that only Run knows.
class FrameBuilder {
  public:
    FrameBuilder(RunReader& reader, bool follow) : m_reader(reader), m_follow(follow) {}

    /// Takes in what the reader has read. True when a frame would now look different.
    bool update();

    [[nodiscard]] RunFrame build(const View& view, const RunPulse& pulse,
                                 RunPulse::Clock::time_point now);

  private:
    void buildPanels(RunFrame& frame, const View& view, double end) const;
    void buildMarks(RunFrame& frame, double end);
    void buildCursor(RunFrame& frame, const View& view, const RunPulse& pulse,
                     RunPulse::Clock::time_point now);
    void buildStatus(RunStatus& status, const RunPulse& pulse,
                     RunPulse::Clock::time_point now) const;
    [[nodiscard]] std::vector<WorkerRow> workersOf(const analysis::StepMeasures& measures,
                                                   const RunPulse& pulse,
                                                   RunPulse::Clock::time_point now) const;
    [[nodiscard]] std::optional<Step> cursorStep(const View& view, double end) const;

    /// Computed once per step and amendment: a matrix costs far more than the rest of a frame.
    struct CachedCosines {
        Step step;
        std::uint64_t version = 0;
        std::shared_ptr<const analysis::CosineMatrix> matrix;
    };

    RunReader& m_reader;
    bool m_follow;
    RunCurves m_curves;
    std::uint64_t m_version = 0; ///< counts updates
    CachedCosines m_cosines;
};

} // namespace rankscope::engine
