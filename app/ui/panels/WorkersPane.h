// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/RunFrame.h"

#include <QTableView>
#include <optional>

namespace rankscope::ui {

class WorkerTableModel;

/// The workers at the cursor: the same values that the charts show, as text.
class WorkersPane final : public QTableView {
    Q_OBJECT

  public:
    explicit WorkersPane(QWidget* parent = nullptr);

    void setFrame(const engine::RunFrame& frame, std::optional<RankId> selected);
    /// Old values: they stand at 60 %.
    void setFaded(bool on);
    [[nodiscard]] bool faded() const { return m_faded; }

  signals:
    void rankClicked(int rank);
    void rankReached(int rank); ///< by the arrow keys

  protected:
    void keyPressEvent(QKeyEvent* event) override;

  private:
    WorkerTableModel* m_model;
    bool m_faded = false;
};

} // namespace rankscope::ui
