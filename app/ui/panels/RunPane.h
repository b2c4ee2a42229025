// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transport/wire/Types.h"

#include <QMainWindow>
#include <QTimer>
#include <optional>

namespace rankscope::widgets {
class HeatmapView;
class TimelineView;
} // namespace rankscope::widgets

namespace rankscope::ui {

class ChartsPane;
class Dock;
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
    [[nodiscard]] widgets::HeatmapView* cosines() const { return m_cosines; }
    [[nodiscard]] widgets::HeatmapView* layers() const { return m_layers; }
    [[nodiscard]] WorkersPane* workers() const { return m_workers; }
    [[nodiscard]] widgets::TimelineView* timeline() const { return m_timeline; }
    [[nodiscard]] TransportBar* transport() const { return m_transport; }
    [[nodiscard]] QList<Dock*> docks() const { return {m_cosineDock, m_layerDock, m_workerDock}; }

  protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void connectCharts();
    void connectRest();
    void refreshNumbers();
    void shareHeight();
    void placeDocks();

    RunController& m_controller;
    ChartsPane* m_charts;
    widgets::HeatmapView *m_cosines, *m_layers;
    WorkersPane* m_workers;
    Dock *m_cosineDock, *m_layerDock, *m_workerDock;
    widgets::TimelineView* m_timeline;
    TransportBar* m_transport;
    QTimer m_pace; ///< between two changes of the numbers of a run that is followed live
    bool m_numbersDue = false;
    std::optional<RankId> m_selected; ///< as the numbers show it
    QList<int> m_heights;             ///< of the docks, as last given
    bool m_sharing = true;            ///< the user has not touched the layout: heights are ours
};

} // namespace rankscope::ui
