// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/RunFrame.h"

#include <cstdint>
#include <optional>

namespace rankscope::ui {

/// What the user looks at: visible steps, cursor, playback. Turns gestures into an engine::View.
/// No Qt, no clock: playback is advanced from outside. GUI thread only.
class ViewState {
  public:
    [[nodiscard]] const engine::View& view() const { return m_view; }

    /// Learns how far the run goes and whether it grows.
    void take(const engine::RunFrame& frame);
    /// Forgets the run that was shown.
    void clear();

    void setColumns(int columns) { m_view.columns = columns; }

    // Cursor. Hovering moves it for a while, pinning for good.
    void hover(double x);
    void leave();
    void pin(double x);
    void unpin();
    void moveBy(std::int64_t steps);
    void toFirst();
    void toLast();
    /// Where the crosshair stands at once, before the engine has answered.
    [[nodiscard]] std::optional<Step> hovered() const { return m_hover; }

    // Visible steps.
    void zoom(double first, double last);
    void reset();
    [[nodiscard]] bool following() const { return m_view.follow; }

    // A live run: hold the picture, and return to the newest step.
    void hold();
    void goLive();
    [[nodiscard]] bool live() const { return m_live; }
    [[nodiscard]] bool held() const { return m_live && !m_view.follow; }
    [[nodiscard]] std::uint64_t newSteps() const; ///< came in since the picture is held

    // Replay: only what had happened up to the playhead is shown.
    void startPlayback();
    /// False when the end is reached; everything is shown again then.
    bool advance(std::uint64_t steps);
    void scrub(double x);
    void endPlayback();
    [[nodiscard]] bool replaying() const { return m_view.playhead.has_value(); }

  private:
    [[nodiscard]] Step clamped(double x) const;
    void applyCursor();

    engine::View m_view;
    std::optional<Step> m_hover, m_pin;
    double m_first = 0, m_last = 0; ///< of the whole run, also behind the playhead
    double m_viewFirst = 0, m_viewLast = 0;
    double m_heldAt = 0;
    Step m_shown; ///< where the engine's cursor stands
    bool m_live = false;
};

} // namespace rankscope::ui
