// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/WorkerTableModel.h"

#include <algorithm>

namespace rankscope::ui {
namespace {

constexpr std::size_t kHost = 1;

int alignmentOf(std::size_t column) {
    return static_cast<int>((holdsNumber(column) ? Qt::AlignRight : Qt::AlignLeft) |
                            Qt::AlignVCenter);
}

QString tipOf(const WorkerText& row, std::size_t column) {
    const QString explanation = QString::fromStdString(workerColumn(column).explanation);
    if (column == kHost && !row.cells[kHost].empty())
        return QString::fromStdString(row.cells[kHost]); // may be elided
    if (column != 0)
        return explanation;
    QStringList marks;
    if (row.pinned)
        marks << WorkerTableModel::tr("P: its line stays");
    if (row.soloed)
        marks << WorkerTableModel::tr("S: only such lines are shown");
    if (row.hidden)
        marks << WorkerTableModel::tr("H: its line is hidden");
    return marks.isEmpty() ? explanation : marks.join(QLatin1Char('\n'));
}

} // namespace

void WorkerTableModel::setRows(std::vector<WorkerText> rows) {
    m_unsorted = rows;
    sortWorkers(rows, m_sort);
    const auto sameRank = [](const WorkerText& a, const WorkerText& b) { return a.rank == b.rank; };
    if (std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(), sameRank)) {
        m_rows = std::move(rows);
        if (!m_rows.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    if (rows.size() == m_rows.size() &&
        std::is_permutation(rows.begin(), rows.end(), m_rows.begin(), sameRank)) {
        reorder(std::move(rows));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void WorkerTableModel::sort(int column, Qt::SortOrder order) {
    m_sort = {static_cast<std::size_t>(std::max(0, column)), order == Qt::DescendingOrder};
    std::vector<WorkerText> rows = m_unsorted;
    sortWorkers(rows, m_sort);
    reorder(std::move(rows));
}

void WorkerTableModel::reorder(std::vector<WorkerText> rows) {
    emit layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    std::vector<RankId> ranks;
    for (const QModelIndex& old : before)
        ranks.push_back(row(old.row()).rank);
    m_rows = std::move(rows);
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i)
        after << index(rowOf(ranks[static_cast<std::size_t>(i)]), before[i].column());
    changePersistentIndexList(before, after);
    emit layoutChanged();
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
        return alignmentOf(column);
    case Qt::ToolTipRole:
        return tipOf(row(index.row()), column);
    default:
        return {};
    }
}

QVariant WorkerTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    const auto column = static_cast<std::size_t>(section);
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromStdString(workerColumn(column).title);
    case Qt::TextAlignmentRole:
        return alignmentOf(column);
    case Qt::ToolTipRole:
        return QString::fromStdString(workerColumn(column).explanation);
    default:
        return {};
    }
}

} // namespace rankscope::ui
