// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/compare/CompareFrame.h"
#include "app/ui/CompareAdapter.h"
#include "app/ui/Playback.h"
#include "app/ui/models/CompareCharts.h"
#include "app/ui/models/ViewState.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <memory>
#include <optional>

namespace rankscope::ui {

/// Between gestures and the comparison: which sessions, what is looked at, and how.
class CompareController final : public QObject {
    Q_OBJECT

  public:
    explicit CompareController(QObject* parent = nullptr);

    /// The newest frame of the sessions that are open; null before their first.
    [[nodiscard]] const engine::CompareFrame* frame() const { return m_frame.get(); }
    [[nodiscard]] const QStringList& files() const { return m_files; }
    [[nodiscard]] const ViewState& view() const { return m_view; }
    [[nodiscard]] const engine::CompareView& wishes() const { return m_wishes; }
    [[nodiscard]] CompareOptions options() const;
    [[nodiscard]] bool overlays() const { return m_overlays; } ///< else side by side
    [[nodiscard]] bool playing() const { return m_playback.running(); }
    /// Where the crosshair stands: at the pointer at once, else where the values are from.
    [[nodiscard]] std::optional<double> cursor() const;

    void setFiles(const QStringList& files);
    void addFiles(const QStringList& files); ///< those that are not open yet
    void closeSession(std::size_t session);

    void hover(double step);
    void leave();
    void click(double step);
    // Calls that follow each other within a gesture are undone as one.
    void zoom(double first, double last);
    void zoomAt(double factor);
    void resetView();
    void undoView();
    void redoView();
    void scrub(double step);
    void moveBy(int steps);
    void toFirst();
    void toLast();
    void deselect();       ///< the cursor goes back to the newest step
    void playOrPause();    ///< the cursor walks through the steps
    void setLoop(bool on); ///< the walk repeats what is visible
    void setSpeed(double stepsPerSecond);

    void setAlign(analysis::AlignBy align);
    void setBase(std::size_t side);
    void setOther(std::size_t side);
    void setMetric(analysis::RunMetric metric); ///< whose difference is shown
    void setSmoothing(double span);             ///< steps; 0: raw
    void setLogY(bool on);
    void setOverlays(bool on);
    void setSpread(SpreadForm form);
    void setColumns(int ofOne, int ofAll); ///< pixels of a session's panel, and of all sessions'

  signals:
    void changed();       ///< something else is to be shown
    void cursorChanged(); ///< only the crosshair moved

  private:
    void take(const std::shared_ptr<const engine::CompareFrame>& frame);
    void push();
    void pushChange(); ///< push, and what does not come from the engine is shown at once

    CompareAdapter m_adapter;
    Playback m_playback;
    ViewState m_view;
    engine::CompareView m_wishes; ///< all but `run`, which is m_view's
    CompareOptions m_options;
    bool m_overlays = false;
    QStringList m_files;
    QElapsedTimer m_gesture; ///< since the last zoom of the pointer
    std::shared_ptr<const engine::CompareFrame> m_frame;
};

} // namespace rankscope::ui
