// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "app/ui/models/RankChoice.h"
#include "app/ui/models/RankOrder.h"

#include <QTableView>

namespace rankscope::ui {

class WorkerTableModel;

/// The workers at the cursor: the same values that the charts show, as text.
class WorkersPane final : public QTableView {
    Q_OBJECT

  public:
    explicit WorkersPane(QWidget* parent = nullptr);

    void setFrame(const engine::RunFrame& frame, const MapOptions& options,
                  const RankChoice& choice);
    /// Height that shows the header and so many rows.
    [[nodiscard]] int heightOf(int rows) const;
    /// Old values: they stand at 60 %.
    void setFaded(bool on);
    [[nodiscard]] const QString& emptyText() const { return m_emptyText; }
    [[nodiscard]] bool faded() const { return m_faded; }

  signals:
    void rankClicked(int rank);
    void rankReached(int rank); ///< by the arrow keys
    void menuRequested(int rank, QPoint global);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

  private:
    WorkerTableModel* m_model;
    QString m_emptyText; ///< why there are no rows
    bool m_faded = false;
};

} // namespace rankscope::ui
