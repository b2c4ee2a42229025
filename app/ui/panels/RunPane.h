// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transport/wire/Types.h"

#include <QMainWindow>
#include <QTimer>
#include <optional>

namespace rankscope::widgets {
class HeatmapView;
class StepMapView;
class TimelineView;
} // namespace rankscope::widgets

namespace rankscope::engine {
struct RunFrame;
}

namespace rankscope::ui {

class ChartsPane;
class Dock;
class RankDocks;
class RunController;
class TransportBar;
class WorkersPane;

/// Everything that shows a run: charts, the docks beside them, the timeline under both.
class RunPane final : public QMainWindow {
    Q_OBJECT

  public:
    explicit RunPane(RunController& controller, QWidget* parent = nullptr);

    /// Shows what the controller holds.
    void refresh();
    void refreshCursor();

    /// Where the docks are and how large; empty as long as the user has left them alone.
    [[nodiscard]] QByteArray layoutState() const;
    void setLayout(const QByteArray& state); ///< empty: ours

    [[nodiscard]] ChartsPane* charts() const { return m_charts; }
    [[nodiscard]] widgets::StepMapView* steps() const { return m_steps; }
    [[nodiscard]] RankDocks* ranks() const { return m_ranks; }
    [[nodiscard]] widgets::HeatmapView* cosines() const;
    [[nodiscard]] widgets::HeatmapView* layers() const;
    [[nodiscard]] WorkersPane* workers() const;
    [[nodiscard]] widgets::TimelineView* timeline() const { return m_timeline; }
    [[nodiscard]] TransportBar* transport() const { return m_transport; }
    [[nodiscard]] QList<Dock*> docks() const;

  protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void connectCharts();
    void connectSteps();
    void connectTime();
    void refreshSteps(const engine::RunFrame& frame);
    void refreshNumbers();
    void shareHeight();
    void placeDocks();

    RunController& m_controller;
    ChartsPane* m_charts;
    widgets::StepMapView* m_steps;
    RankDocks* m_ranks;
    widgets::TimelineView* m_timeline;
    TransportBar* m_transport;
    QTimer m_pace; ///< between two changes of the numbers of a run that is followed live
    bool m_numbersDue = false;
    std::optional<RankId> m_selected; ///< as the numbers show it
    QList<int> m_heights;             ///< of the docks, as last given
    bool m_sharing = true;            ///< the user has not touched the layout: heights are ours
    bool m_manyRanks = false;         ///< the run has more ranks than the charts have lines
};

} // namespace rankscope::ui
