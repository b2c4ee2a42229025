// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "app/ui/SimilarityOrder.h"
#include "app/ui/models/RankOrder.h"

#include <QList>
#include <QObject>
#include <QPoint>
#include <memory>

class QComboBox;
class QWidget;

namespace rankscope::widgets {
class HeatmapView;
}

namespace rankscope::ui {

class Dock;
class RunController;
class WorkersPane;

/// Where: the cosine map, the layers and the workers, in one order of the ranks.
class RankDocks final : public QObject {
    Q_OBJECT

  public:
    /// The docks become children of `window`, which places them.
    RankDocks(RunController& controller, QWidget* window);

    /// Shows the values at the cursor.
    void show(const engine::RunFrame& frame);
    /// Heights that show the maps in full and as many workers as fit, for docks in one column of
    /// `room` pixels.
    [[nodiscard]] QList<int> heights(int room) const;

    [[nodiscard]] MapOptions options() const;
    [[nodiscard]] QList<Dock*> docks() const { return {m_cosineDock, m_layerDock, m_workerDock}; }
    [[nodiscard]] widgets::HeatmapView* cosines() const { return m_cosines; }
    [[nodiscard]] widgets::HeatmapView* layers() const { return m_layers; }
    [[nodiscard]] WorkersPane* workers() const { return m_workers; }
    [[nodiscard]] QComboBox* orderChoice() const { return m_order; }
    [[nodiscard]] QComboBox* windowChoice() const { return m_window; }

  private:
    void makeChoices();
    void connectMaps();
    void showMenu(int rank, QPoint global);
    void pick(const widgets::HeatmapView* map, int row, int column);

    RunController& m_controller;
    SimilarityOrder m_similarity;
    widgets::HeatmapView *m_cosines, *m_layers;
    WorkersPane* m_workers;
    Dock *m_cosineDock, *m_layerDock, *m_workerDock;
    QComboBox *m_order, *m_window;
    std::shared_ptr<const analysis::CosineMatrix> m_shownMatrix;
    MapOptions m_shown;
};

} // namespace rankscope::ui
