// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/RunFrame.h"
#include "app/ui/Playback.h"
#include "app/ui/models/ChartModel.h"
#include "app/ui/models/RunText.h"
#include "app/ui/models/ViewState.h"

#include <QObject>
#include <memory>
#include <optional>

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
    [[nodiscard]] std::optional<RankId> selected() const { return m_options.selected; }
    [[nodiscard]] bool playing() const { return m_playback.running(); }
    [[nodiscard]] ChartOptions chartOptions() const;
    /// Where the crosshair stands: at the pointer at once, else where the values are from.
    [[nodiscard]] std::optional<double> cursor() const;

    void hover(double step);
    void leave();
    void click(double step, int rank);
    void selectRank(int rank); ///< the selected one again, or -1: none
    void clearSelection();     ///< and puts away an error beside what is still open
    void zoom(double first, double last);
    void resetView();
    void scrub(double step);
    void moveBy(int steps);
    void toFirst();
    void toLast();
    void playOrPause();
    void goLive();
    void setSpeed(double stepsPerSecond);
    void setColumns(int columns);
    void setLogY(bool on);
    void setNorms(bool on); ///< gradient norms instead of their dispersion

  signals:
    void changed();       ///< something else is to be shown
    void cursorChanged(); ///< only the crosshair moved
    void sourceChanged(); ///< another source, or it failed

  private:
    void push();

    EngineAdapter& m_adapter;
    Playback m_playback;
    ViewState m_view;
    ChartOptions m_options;
    std::shared_ptr<const engine::RunFrame> m_frame;
    std::optional<Source> m_source;
    std::optional<Error> m_error;
    std::optional<link::LinkStatistics> m_link;
};

} // namespace rankscope::ui
