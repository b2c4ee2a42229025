// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/CosineWindow.h"
#include "app/engine/EarlierAttempts.h"
#include "app/engine/PairCosines.h"
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
    FrameBuilder(RunReader& reader, bool follow)
        : m_reader(reader),
          m_follow(follow),
          m_earlier(reader),
          m_cosines(reader),
          m_pair(reader) {}

    /// Takes in what the reader has read. True when a frame would now look different. `see` gets
    /// every step that changed.
    bool update(const RunCurves::SeeMeasures& see = {});

    [[nodiscard]] RunFrame build(const View& view, const RunPulse& pulse,
                                 RunPulse::Clock::time_point now);

    /// Does some of what the last frame left out because a frame must not wait for it (see
    /// RunFrame::refining): for 15 ms, or what one step's sketches take. True when another frame
    /// would show more.
    bool refine();

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

    void aimCosines(const View& view, Step cursor);

    struct AtCursor { ///< kept until the step is amended
        Step step;
        analysis::StepMeasures measures;
    };

    RunReader& m_reader;
    bool m_follow;
    RunCurves m_curves;
    RunMarks m_marks;
    EarlierAttempts m_earlier;
    PanelBuilder m_panels;
    StepImages m_images;
    CosineWindow m_cosines;
    PairCosines m_pair;
    bool m_refining = false; ///< the last frame was
    std::optional<AtCursor> m_cursor;
};

} // namespace rankscope::engine
