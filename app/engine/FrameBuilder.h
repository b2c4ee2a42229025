// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/PanelBuilder.h"
#include "app/engine/RunCurves.h"
#include "app/engine/RunFrame.h"
#include "app/engine/RunMarks.h"
#include "app/engine/RunPulse.h"
#include "app/engine/RunReader.h"
#include "app/engine/StepImages.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rankscope::engine {

/// Makes frames of a run for a view: panels from the cached curves, decimated to the view's
/// columns, and everything at the cursor. The cost depends on columns and ranks, not on the run's
/// length. Fills everything of a frame except the parts of its status that only Run knows.
class FrameBuilder {
  public:
    FrameBuilder(RunReader& reader, bool follow) : m_reader(reader), m_follow(follow) {}

    /// Takes in what the reader has read. True when a frame would now look different. `see` gets
    /// every step that changed.
    bool update(const RunCurves::SeeMeasures& see = {});

    [[nodiscard]] RunFrame build(const View& view, const RunPulse& pulse,
                                 RunPulse::Clock::time_point now);

  private:
    void buildPanels(RunFrame& frame, const View& view);
    void buildCursor(RunFrame& frame, const View& view, const RunPulse& pulse,
                     RunPulse::Clock::time_point now);
    void buildStatus(RunStatus& status, const RunPulse& pulse,
                     RunPulse::Clock::time_point now) const;
    [[nodiscard]] std::vector<WorkerRow> workersOf(const analysis::StepMeasures& measures,
                                                   const RunPulse& pulse,
                                                   RunPulse::Clock::time_point now) const;
    [[nodiscard]] std::optional<Step> cursorStep(const View& view, double end) const;

    /// Kept until the step is amended: a matrix costs far more than the rest of a frame.
    struct AtCursor {
        Step step;
        analysis::StepMeasures measures;
        std::shared_ptr<const analysis::CosineMatrix> cosine; ///< null when none is known
        std::string problem;
    };
    [[nodiscard]] const AtCursor& atCursor(Step step);

    RunReader& m_reader;
    bool m_follow;
    RunCurves m_curves;
    RunMarks m_marks;
    PanelBuilder m_panels;
    StepImages m_images;
    std::optional<AtCursor> m_cursor;
};

} // namespace rankscope::engine
