// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/blocks/BlockKeeper.h"
#include "app/engine/blocks/BlockLoader.h"
#include "app/engine/blocks/RunCurves.h"
#include "app/engine/frames/RunFrame.h"
#include "app/engine/frames/RunPulse.h"
#include "app/engine/run/CosineWindow.h"
#include "app/engine/run/EarlierAttempts.h"
#include "app/engine/run/PairCosines.h"
#include "app/engine/run/PanelBuilder.h"
#include "app/engine/run/RunMarks.h"
#include "app/engine/run/StepImages.h"
#include "app/engine/session/RetryPause.h"
#include "app/engine/session/RunReader.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rankscope::engine {

/// Makes frames of a run for a view: panels from the cached curves, decimated to the view's
/// columns, and everything at the cursor. The cost depends on columns and ranks, not on the run's
/// length. Fills everything of a frame except the parts of its status that only Run knows.
class FrameBuilder {
  public:
    struct Options {
        bool follow = false;
        /// Bytes for the values of the curves. Then the reader's table holds newest steps only, and
        /// what else is needed is read again. 0: everything is held.
        std::size_t budget = 0;
    };
    static constexpr std::size_t kBudget = std::size_t{512} << 20U; ///< of a window

    FrameBuilder(RunReader& reader, Options options)
        : m_reader(reader),
          m_options(options),
          m_keeper(reader),
          m_loader(reader, m_keeper, m_curves, options.budget),
          m_earlier(reader),
          m_cosines(reader),
          m_pair(reader) {}
    FrameBuilder(RunReader& reader, bool follow) : FrameBuilder(reader, Options{follow, 0}) {}

    /// Starts with what the session keeps of the run, if anything, so that reading goes on from
    /// there; only with a budget. Errors: those of reading; then try again before anything else.
    [[nodiscard]] Result<void> resume();

    using SeeMeasures = std::function<void(const analysis::StepMeasures&)>;
    /// Takes in what the reader has read. True when a frame would now look different. `see` gets
    /// every step that changed; without ranks when it is gone.
    bool update(const SeeMeasures& see = {});

    /// From the first to the last step that came or is known to be lost; while there are steps.
    [[nodiscard]] std::pair<double, double> span() const { return m_marks.span(); }

    [[nodiscard]] RunFrame build(const View& view, const RunPulse& pulse,
                                 RunPulse::Clock::time_point now);

    /// Does some of what the last frame left out because a frame must not wait for it (see
    /// RunFrame::refining): for 15 ms, or what one step's sketches take.
    struct Refined {
        bool more = false;            ///< another frame would show more
        std::optional<Error> blocked; ///< what is missing cannot be read now, and nothing else came
    };
    Refined refine();
    /// When what could not be read is to be asked for again, by build() and refine().
    [[nodiscard]] std::optional<RetryPause::Clock::time_point> retryAt() const;
    struct Filled {
        bool more = false; ///< there are further ones
        bool shows =
            false; ///< a frame may look a little different: lines are smoothed over all steps
    };
    /// Brings values of steps that are not to be seen, as far as the budget goes, for 15 ms.
    Filled fill();

  private:
    void changeFrom(std::size_t place);
    void aimLoader(const View& view, const Decimation& visible);
    void buildPanels(RunFrame& frame, const View& view);
    void buildCursor(RunFrame& frame, const View& view, const RunPulse& pulse,
                     RunPulse::Clock::time_point now);
    void buildStatus(RunStatus& status, const RunPulse& pulse,
                     RunPulse::Clock::time_point now) const;
    void buildSilence(RunStatus& status, const std::vector<analysis::Worker>& workers,
                      const RunPulse& pulse, RunPulse::Clock::time_point now) const;
    [[nodiscard]] std::vector<WorkerRow> workersOf(const analysis::StepMeasures& measures,
                                                   const RunPulse& pulse,
                                                   RunPulse::Clock::time_point now) const;
    [[nodiscard]] std::optional<Step> cursorStep(const View& view, double end) const;

    void aimCosines(const View& view, Step cursor);
    void aimCursor(Step step);
    template <class Part>
    bool advance(Part& part);

    struct AtCursor { ///< kept until the step is amended
        Step step;
        analysis::StepMeasures measures;
        std::optional<Error> unreadable; ///< then it is asked for again
    };

    RunReader& m_reader;
    Options m_options;
    RunCurves m_curves;
    BlockKeeper m_keeper;
    BlockLoader m_loader;
    std::optional<std::size_t> m_filled; ///< lowest place that fill() changed since the last cut
    std::chrono::steady_clock::time_point m_filledAt{};
    RunMarks m_marks;
    EarlierAttempts m_earlier;
    PanelBuilder m_panels;
    StepImages m_images;
    CosineWindow m_cosines;
    PairCosines m_pair;
    RetryPause m_pause;        ///< of all but the loader, while nobody answers
    bool m_refining = false;   ///< the last frame was
    bool m_panelsMore = false; ///< ... because of the panels themselves
    std::optional<AtCursor> m_cursor;
};

} // namespace rankscope::engine
