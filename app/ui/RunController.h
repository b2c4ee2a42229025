// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "app/ui/Playback.h"
#include "app/ui/models/ChartModel.h"
#include "app/ui/models/MapOrder.h"
#include "app/ui/models/RunText.h"
#include "app/ui/models/ViewState.h"

#include <QElapsedTimer>
#include <QObject>
#include <memory>
#include <optional>
#include <string>

namespace rankscope::ui {

class EngineAdapter;

/// Between gestures and the engine: what is looked at, what is selected, whether replay runs.
class RunController final : public QObject {
    Q_OBJECT

  public:
    explicit RunController(EngineAdapter& adapter, QObject* parent = nullptr);

    /// The newest frame; null before the first of the current source.
    [[nodiscard]] const engine::RunFrame* frame() const { return m_frame.get(); }
    [[nodiscard]] const std::optional<Source>& source() const { return m_source; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] const std::optional<link::LinkStatistics>& link() const { return m_link; }
    [[nodiscard]] const ViewState& view() const { return m_view; }
    [[nodiscard]] std::optional<RankId> selected() const { return m_view.ranks().selected(); }
    [[nodiscard]] MapOrder mapOrder() const { return m_mapOrder; }
    [[nodiscard]] bool playing() const { return m_playback.running(); }
    [[nodiscard]] ChartOptions chartOptions() const;
    /// Where the crosshair stands: at the pointer at once, else where the values are from.
    [[nodiscard]] std::optional<double> cursor() const;

    /// Something beside the run went wrong; Esc hides it.
    void report(const Error& error);

    void hover(double step);
    void leave();
    void click(double step, int rank);
    void selectRank(int rank);           ///< the selected one again, or -1: none
    void clearSelection();               ///< and puts away an error beside what is still open
    void selectPair(RankId a, RankId b); ///< the selected one again: none
    // Of ranks; what was selected or pinned stays in sight.
    void pinRank(RankId rank, bool on);
    void hideRank(RankId rank, bool on);
    void soloRank(RankId rank, bool on);
    void setHost(const std::string& host); ///< empty: all
    void showAllRanks();

    /// Calls that follow each other fast are one gesture, and undone as one.
    void zoom(double first, double last);
    void zoomTo(double first, double last, bool continued); ///< the caller knows its gestures
    void zoomAt(double factor);
    void panBy(double fraction);
    void resetView();
    void undoView();
    void redoView();
    void scrub(double step);
    void goTo(double step); ///< pins the cursor there and brings it into sight
    void moveBy(int steps);
    void toFirst();
    void toLast();
    void playOrPause();
    void goLive();
    void setSpeed(double stepsPerSecond);
    void setLoop(bool on); ///< playback repeats what is visible
    void setColumns(int columns);
    void setLogY(bool on);
    void setNorms(bool on);         ///< gradient norms instead of their dispersion
    void setSmoothing(double span); ///< steps; 0: raw
    void setCosineWindow(std::uint32_t steps);
    void setImage(std::optional<engine::RankSignal> signal); ///< ranks x steps; none: not computed
    void setMapOrder(MapOrder order);
    void setNotes(std::vector<widgets::NoteMark> notes,
                  std::map<ChartKind, std::vector<widgets::ReferenceLine>> references);
    void setLayerHidden(widgets::Layer layer, bool hidden);

  signals:
    void changed();       ///< something else is to be shown
    void cursorChanged(); ///< only the crosshair moved
    void sourceChanged(); ///< another source, or it failed

  private:
    void push();
    void pushChange(); ///< push, and what does not come from the engine is shown at once

    EngineAdapter& m_adapter;
    Playback m_playback;
    ViewState m_view;
    ChartOptions m_options; ///< without what the view state knows
    MapOrder m_mapOrder = MapOrder::Rank;
    QElapsedTimer m_gesture; ///< since the last zoom of the pointer
    std::shared_ptr<const engine::RunFrame> m_frame;
    std::optional<Source> m_source;
    std::optional<Error> m_error;
    std::optional<link::LinkStatistics> m_link;
};

} // namespace rankscope::ui
