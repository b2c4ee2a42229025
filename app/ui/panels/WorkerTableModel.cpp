// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/WorkerTableModel.h"

#include <algorithm>

namespace rankscope::ui {

void WorkerTableModel::setRows(std::vector<WorkerText> rows) {
    const bool sameRanks =
        std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
                   [](const WorkerText& a, const WorkerText& b) { return a.rank == b.rank; });
    if (!sameRanks) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    m_rows = std::move(rows); // selection and scroll position stay
    if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int WorkerTableModel::rowOf(RankId rank) const {
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const WorkerText& row) { return row.rank == rank; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int WorkerTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int WorkerTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(kWorkerColumns);
}

QVariant WorkerTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const auto column = static_cast<std::size_t>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromStdString(row(index.row()).cells[column]);
    case Qt::TextAlignmentRole:
        return static_cast<int>((workerColumns()[column].number ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    case Qt::ToolTipRole:
        return QString::fromUtf8(workerColumns()[column].explanation);
    default:
        return {};
    }
}

QVariant WorkerTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    const WorkerColumn& column = workerColumns()[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromUtf8(column.title);
    case Qt::TextAlignmentRole:
        return static_cast<int>((column.number ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    case Qt::ToolTipRole:
        return QString::fromUtf8(column.explanation);
    default:
        return {};
    }
}

} // namespace rankscope::ui
