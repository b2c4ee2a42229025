// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/WorkersPane.h"

#include "app/ui/models/CursorText.h"
#include "app/ui/models/WorkerModel.h"
#include "app/ui/panels/WorkerHeader.h"
#include "app/ui/panels/WorkerTableModel.h"
#include "widgets/common/Theme.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <array>

namespace rankscope::ui {
namespace {

constexpr int kRowHeight = 20, kHeader = 24, kRing = 2, kMargin = 12;

/// Tabular rows without focus frames: colour says alarm, weight says selected.
class RowDelegate final : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const auto& theme = widgets::Theme::of(option.widget);
        const auto& row = static_cast<const WorkerTableModel*>(index.model())->row(index.row());
        painter->fillRect(option.rect, theme.surface);
        const auto* table = static_cast<const WorkersPane*>(option.widget);
        if (option.rect.bottom() >= table->viewport()->height())
            return; // half a row is none
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        if (chosen)
            painter->fillRect(option.rect, theme.selectedRow);
        if (chosen && index.column() == 0)
            painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())),
                              theme.chosen);
        const bool quiet = index.column() == 1 || row.faint;
        painter->setPen(row.alarming ? theme.departed
                        : quiet      ? (chosen ? theme.text2 : theme.text3)
                                     : theme.text1);
        painter->setFont(widgets::font::text(widgets::font::kBody, row.alarming));
        painter->setOpacity(table->faded() ? widgets::kOldValues : 1);
        const QRect box = option.rect.adjusted(6, 0, -6, 0);
        const QString text = index.data().toString();
        painter->drawText(box, index.data(Qt::TextAlignmentRole).toInt() | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(text, Qt::ElideRight, box.width()));
        if (index.column() == 0)
            paintMark(painter, option.rect, row, theme);
        painter->setOpacity(1);
    }

  private:
    /// The letter of the key that sets the mark.
    static void paintMark(QPainter* painter, const QRect& cell, const WorkerText& row,
                          const widgets::Theme& theme) {
        const QString mark = row.soloed   ? QStringLiteral("S")
                             : row.pinned ? QStringLiteral("P")
                             : row.hidden ? QStringLiteral("H")
                                          : QString();
        if (mark.isEmpty())
            return;
        painter->setFont(widgets::font::text(widgets::font::kLayer, true));
        painter->setPen(row.hidden ? theme.text3 : theme.chosen);
        painter->drawText(cell.adjusted(6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, mark);
    }
};

} // namespace

WorkersPane::WorkersPane(QWidget* parent)
    : QTableView(parent),
      m_model(new WorkerTableModel(this)) {
    setModel(m_model);
    setItemDelegate(new RowDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    // Always a border of the same width, so that the ring has its place beside the rows.
    setStyleSheet(QStringLiteral("QTableView { border: 2px solid palette(base); }"
                                 "QTableView:focus { border: 2px solid palette(link); }"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerItem);
    setTabKeyNavigation(false);
    setAccessibleName(tr("Workers"));
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    verticalHeader()->setMinimumSectionSize(kRowHeight);
    setHorizontalHeader(new WorkerHeader(this));
    setSortingEnabled(true);
    horizontalHeader()->setFixedHeight(kHeader);
    static constexpr std::array kWidths{44, 0, 50, 52, 48, 48, 50, 66};
    for (std::size_t column = 0; column < kWidths.size(); ++column) {
        const int i = static_cast<int>(column);
        horizontalHeader()->setSectionResizeMode(i, kWidths[column] == 0 ? QHeaderView::Stretch
                                                                         : QHeaderView::Fixed);
        if (kWidths[column] > 0)
            setColumnWidth(i, kWidths[column]);
    }
    connect(this, &QTableView::clicked, this, [this](const QModelIndex& index) {
        emit rankClicked(static_cast<int>(m_model->row(index.row()).rank.value()));
    });
}

int WorkersPane::heightOf(int rows) const {
    return kHeader + rows * kRowHeight + 2 * kRing;
}

void WorkersPane::setFrame(const engine::RunFrame& frame, const MapOptions& options,
                           const RankChoice& choice) {
    m_model->setRows(workerTexts(frame, options, choice));
    m_emptyText = QString::fromStdString(unreadableText(frame));
    setAccessibleDescription(m_emptyText);
    viewport()->update();
    const auto selected = options.selected;
    const int row = selected ? m_model->rowOf(*selected) : -1;
    if (row < 0)
        clearSelection();
    else if (!selectionModel()->isRowSelected(row)) {
        selectRow(row);
        scrollTo(m_model->index(row, 0));
    }
}

void WorkersPane::setFaded(bool on) {
    if (on == m_faded)
        return;
    m_faded = on;
    viewport()->update();
}

void WorkersPane::paintEvent(QPaintEvent* event) {
    QTableView::paintEvent(event);
    if (m_emptyText.isEmpty())
        return;
    QPainter painter(viewport());
    painter.setFont(widgets::font::text(widgets::font::kBody));
    painter.setPen(widgets::Theme::of(this).text2);
    painter.drawText(viewport()->rect().adjusted(kMargin, 0, -kMargin, 0),
                     Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
}

void WorkersPane::contextMenuEvent(QContextMenuEvent* event) {
    const bool keyboard = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex at = keyboard ? currentIndex() : indexAt(event->pos());
    if (!at.isValid())
        return;
    const QPoint place = keyboard ? visualRect(at).bottomLeft() : event->pos();
    emit menuRequested(static_cast<int>(m_model->row(at.row()).rank.value()),
                       viewport()->mapToGlobal(place));
}

void WorkersPane::keyPressEvent(QKeyEvent* event) {
    // Left, right, home and end walk through the run, here as everywhere in the window.
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_Space:
        event->ignore();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (currentIndex().isValid())
            emit rankClicked(static_cast<int>(m_model->row(currentIndex().row()).rank.value()));
        return;
    default:
        QTableView::keyPressEvent(event);
        if (const int row = currentIndex().row(); row >= 0 && event->isAccepted())
            emit rankReached(static_cast<int>(m_model->row(row).rank.value()));
    }
}

} // namespace rankscope::ui
