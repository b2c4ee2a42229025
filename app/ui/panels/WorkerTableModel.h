// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/models/WorkerModel.h"

#include <QAbstractTableModel>
#include <vector>

namespace rankscope::ui {

/// The workers at the cursor, one row each; a thin Qt coat over WorkerModel.
class WorkerTableModel final : public QAbstractTableModel {
    Q_OBJECT

  public:
    using QAbstractTableModel::QAbstractTableModel;

    /// In the order of the maps; sorted here.
    void setRows(std::vector<WorkerText> rows);
    void sort(int column, Qt::SortOrder order) override;
    [[nodiscard]] const WorkerText& row(int index) const {
        return m_rows[static_cast<std::size_t>(index)];
    }
    /// Row of a rank, -1 when it is not there.
    [[nodiscard]] int rowOf(RankId rank) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

  private:
    /// Selection and scroll position stay with their ranks.
    void reorder(std::vector<WorkerText> rows);

    WorkerSort m_sort;
    std::vector<WorkerText> m_unsorted;
    std::vector<WorkerText> m_rows;
};

} // namespace rankscope::ui
