// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "app/ui/models/RankChoice.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace rankscope::ui {

/// Spans of the smoothing that the window offers, in steps; 0: off.
inline constexpr int kSmoothings[] = {0, 4, 8, 16, 32, 64};

/// What the user looks at: visible steps, cursor, ranks, playback. Turns gestures into an
/// engine::View.
/// No Qt, no clock: playback is advanced from outside. GUI thread only.
class ViewState {
  public:
    [[nodiscard]] engine::View view() const;

    /// Learns how far the run goes, whether it grows and which ranks it has. True: the view has
    /// changed by that.
    bool take(const engine::RunFrame& frame);
    /// Forgets the run that was shown; how lines are drawn stays.
    void clear();

    void setColumns(int columns) { m_view.columns = columns; }
    [[nodiscard]] RankChoice& ranks() { return m_ranks; }
    [[nodiscard]] const RankChoice& ranks() const { return m_ranks; }

    // What is computed besides the lines.
    void setSmoothing(double span) { m_view.smoothing = span; } ///< steps; 0: raw
    /// Until it is called: one step, and 16 of a run with more ranks than have lines, as single
    /// steps of so many pairs are noise to the eye.
    void setCosineWindow(std::uint32_t steps);
    void setImage(std::optional<engine::RankSignal> signal) { m_view.image = signal; }
    void selectPair(RankId a, RankId b); ///< the smaller first; one rank twice: none
    void clearPair() { m_view.pair.reset(); }

    // Cursor. Hovering moves it for a while, pinning for good.
    void hover(double x);
    void leave();
    void pin(double x);
    void unpin();
    void moveBy(std::int64_t steps);
    void goTo(double x); ///< and keeps it in sight
    void toFirst();
    void toLast();
    /// Where the crosshair stands at once, before the engine has answered.
    [[nodiscard]] std::optional<Step> hovered() const { return m_hover; }

    // Visible steps. Each change can be undone; `continued` ones (the next notch of a wheel, the
    // next pixel of a drag) belong to the change before.
    void zoom(double first, double last, bool continued = false);
    void zoomAt(double factor);  ///< below 1: closer; around the cursor, or else the middle
    void panBy(double fraction); ///< of what is visible; positive: later steps
    void reset();
    [[nodiscard]] bool undo(); ///< false: there is nothing to undo
    [[nodiscard]] bool redo();
    [[nodiscard]] bool canUndo() const { return !m_past.empty(); }
    [[nodiscard]] bool canRedo() const { return !m_future.empty(); }
    [[nodiscard]] bool following() const { return m_view.follow; }

    // A live run: hold the picture, and return to the newest step.
    void hold();
    void goLive();
    [[nodiscard]] bool live() const { return m_live; }
    [[nodiscard]] bool held() const { return m_live && !m_view.follow; }
    [[nodiscard]] std::uint64_t newSteps() const; ///< came in since the picture is held

    // Replay: only what had happened up to the playhead is shown.
    void startPlayback();
    void setLoop(bool on) { m_loop = on; } ///< playback repeats what is visible
    [[nodiscard]] bool loops() const { return m_loop; }
    /// False when the end is reached; everything is shown again then. Never false in a loop.
    bool advance(std::uint64_t steps);
    void scrub(double x);
    void endPlayback();
    [[nodiscard]] bool replaying() const { return m_view.playhead.has_value(); }
    /// Of the whole run, also behind the playhead.
    [[nodiscard]] double lastStep() const { return m_last; }
    /// ... with what it lost behind that.
    [[nodiscard]] double spanLast() const { return m_spanLast; }

  private:
    /// The part of the view that undo brings back.
    struct Window {
        double first = 0, last = 0, span = 0;
        bool follow = true;
    };

    [[nodiscard]] Step clamped(double x) const;
    void applyCursor();
    [[nodiscard]] Window window() const;
    void remember();
    [[nodiscard]] bool swapWindow(std::vector<Window>& from, std::vector<Window>& to);
    void moveTo(double first, double last);
    void showAll();
    [[nodiscard]] std::pair<double, double> visible() const;
    [[nodiscard]] std::pair<double, double> loop() const;

    engine::View m_view;
    RankChoice m_ranks;
    std::vector<Window> m_past, m_future;
    std::optional<Step> m_hover, m_pin;
    double m_first = 0, m_last = 0;         ///< of the whole run, also behind the playhead
    double m_spanFirst = 0, m_spanLast = 0; ///< what can be seen: lost steps too
    double m_viewFirst = 0, m_viewLast = 0;
    double m_heldAt = 0;
    Step m_shown; ///< where the engine's cursor stands
    bool m_live = false;
    bool m_loop = false;
    bool m_windowChosen = false; ///< of the cosines, by the user
};

} // namespace rankscope::ui
