// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap/HeatmapView.h"

#include "widgets/common/FocusRing.h"
#include "widgets/common/NumberText.h"
#include "widgets/common/Theme.h"
#include "widgets/heatmap/HeatmapCells.h"
#include "widgets/heatmap/HeatmapPaint.h"

#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace rankscope::widgets {
namespace {

/// Rows and columns to go; nothing for any other key.
std::optional<QPoint> stepOf(int key) {
    switch (key) {
    case Qt::Key_Left:
        return QPoint(-1, 0);
    case Qt::Key_Right:
        return QPoint(1, 0);
    case Qt::Key_Up:
        return QPoint(0, -1);
    case Qt::Key_Down:
        return QPoint(0, 1);
    default:
        return std::nullopt;
    }
}

bool isEnter(int key) {
    return key == Qt::Key_Return || key == Qt::Key_Enter;
}

} // namespace

HeatmapView::HeatmapView(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void HeatmapView::setFrame(HeatmapFrame frame) {
    const bool reshaped =
        frame.rows.size() != m_frame.rows.size() || frame.columnCount() != m_frame.columnCount();
    if (frame.summary != m_frame.summary)
        setAccessibleDescription(QString::fromStdString(frame.summary));
    m_frame = std::move(frame);
    if (reshaped) {
        m_hover.reset();
        updateGeometry();
        emit mapWidthChanged(cells().map().width());
    }
    invalidate();
}

void HeatmapView::setWidestMap(double pixels) {
    if (pixels == m_widest)
        return;
    m_widest = pixels;
    invalidate();
}

HeatmapLayout HeatmapView::cells() const {
    return {m_frame, size(), devicePixelRatioF(), m_widest};
}

double HeatmapView::shownValue(int row, int column) const {
    return significantValue(m_frame, row, column);
}

QString HeatmapView::nameOf(HeatmapLayout::Cell cell) const {
    const auto nameWithHost = [&](int rank) {
        QString name = QString::fromStdString(m_frame.rows[static_cast<std::size_t>(rank)]);
        for (const HeatmapBlock& block : m_frame.rankBlocks)
            if (rank >= block.first && rank <= block.last)
                name += QStringLiteral(" (%1)").arg(QString::fromStdString(block.name));
        return name;
    };
    switch (m_frame.form) {
    case HeatmapForm::RankRank:
        return cell.row == cell.column
                   ? tr("Rank %1 with itself").arg(nameWithHost(cell.row))
                   : tr("Ranks %1 and %2").arg(nameWithHost(cell.row), nameWithHost(cell.column));
    case HeatmapForm::LayerRank:
        return QStringLiteral("%1 %2, %3 %4")
            .arg(QString::fromStdString(m_frame.rowKind),
                 QString::fromStdString(m_frame.rows[static_cast<std::size_t>(cell.row)]),
                 QString::fromStdString(m_frame.columnKind),
                 QString::fromStdString(m_frame.columns[static_cast<std::size_t>(cell.column)]));
    case HeatmapForm::RankStep: {
        const auto c = static_cast<std::size_t>(cell.column);
        const double first = std::ceil(m_frame.columnStart[c]);
        const double last =
            std::ceil(c + 1 < m_frame.columnStart.size() ? m_frame.columnStart[c + 1]
                                                         : m_frame.columnEnd) -
            1;
        const QString from = QString::fromStdString(fixedText(first, 0));
        const QString to = QString::fromStdString(fixedText(last, 0));
        const QString rank = nameWithHost(cell.row);
        return last > first ? tr("Rank %1, steps %2 to %3").arg(rank, from, to)
                            : tr("Rank %1, step %2").arg(rank, from);
    }
    }
    return {};
}

QString HeatmapView::describe(HeatmapLayout::Cell cell) const {
    const QString who = nameOf(cell);
    if (m_frame.square() && cell.row == cell.column)
        return who;
    const auto r = static_cast<std::size_t>(cell.row), c = static_cast<std::size_t>(cell.column);
    const double value = m_frame.at(r, c), sd = m_frame.sdAt(r, c);
    if (m_frame.scale == HeatmapScale::Distance)
        return std::isnan(value)
                   ? tr("%1: nothing measured").arg(who)
                   : tr("%1: %2 sd").arg(who, QString::fromStdString(signedText(value)));
    if (std::isnan(value))
        return tr("%1: undefined, no usable gradient").arg(who);
    const QString text =
        QStringLiteral("%1: %2").arg(who, QString::fromStdString(cosineText(value, 3)));
    if (sd <= 0)
        return text;
    const QString error = QString::fromStdString(cosineText(2 * sd, 3)).mid(1);
    return tr("%1 \u00B1%2 (2 sd)").arg(text, error);
}

QSize HeatmapView::sizeHint() const {
    return {436, heightForWidth(436)};
}

int HeatmapView::heightForWidth(int width) const {
    return static_cast<int>(std::ceil(HeatmapLayout::heightFor(m_frame, width)));
}

void HeatmapView::invalidate() {
    m_stale = true;
    update();
}

void HeatmapView::resizeEvent(QResizeEvent*) {
    invalidate();
    emit mapWidthChanged(cells().map().width());
}

void HeatmapView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange)
        invalidate();
    QWidget::changeEvent(event);
}

void HeatmapView::renderPicture(const HeatmapLayout& layout, const Theme& theme) {
    m_picture = QPixmap(size() * devicePixelRatioF());
    m_picture.setDevicePixelRatio(devicePixelRatioF());
    m_picture.fill(theme.surface);
    QPainter painter(&m_picture);
    if (m_frame.empty()) {
        painter.setFont(font::text(font::kBody));
        painter.setPen(theme.text3);
        painter.drawText(rect().adjusted(24, 12, -24, -12), Qt::AlignCenter | Qt::TextWordWrap,
                         QString::fromStdString(m_frame.emptyText));
        return;
    }
    paintCells(painter, m_frame, layout, theme);
    paintBlocks(painter, m_frame, layout, theme);
    paintLabels(painter, m_frame, layout, theme);
    if (m_frame.form == HeatmapForm::RankRank) {
        paintBars(painter, m_frame, layout, width(), theme);
        paintLegend(painter, m_frame, layout, width(), theme);
    } else if (m_frame.form == HeatmapForm::LayerRank) {
        paintAside(painter, m_frame, layout, width(), height(), theme);
    }
    paintSelection(painter, m_frame, layout, theme);
}

void HeatmapView::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(this);
    const HeatmapLayout layout = cells();
    if (m_stale || m_picture.devicePixelRatio() != devicePixelRatioF()) {
        renderPicture(layout, theme);
        m_stale = false;
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    paintOverlay(painter, layout, theme);
    paintFocusRing(painter, *this);
}

void HeatmapView::paintOverlay(QPainter& painter, const HeatmapLayout& layout, const Theme& theme) {
    if (!m_hover || m_frame.empty())
        return;
    painter.setPen(QPen(theme.text1, 1));
    painter.drawRect(layout.cell(m_hover->row, m_hover->column).adjusted(-0.5, -0.5, -0.5, -0.5));
}

void HeatmapView::setHover(std::optional<HeatmapLayout::Cell> cell) {
    if (cell == m_hover)
        return;
    m_hover = cell;
    update();
    const QString text = cell ? describe(*cell) : QString();
    setToolTip(text);
    emit hovered(text);
}

void HeatmapView::mouseMoveEvent(QMouseEvent* event) {
    setHover(m_frame.empty() ? std::nullopt : cells().at(event->position()));
}

void HeatmapView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || m_frame.empty())
        return;
    const HeatmapLayout layout = cells();
    auto cell = layout.at(event->position());
    if (!cell)
        cell = layout.labelAt(event->position());
    if (cell)
        emit clicked(cell->row, cell->column);
}

void HeatmapView::leaveEvent(QEvent*) {
    setHover(std::nullopt);
}

/// While it has the focus the arrows are the map's, and not the window's shortcuts.
bool HeatmapView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && !m_frame.empty()) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if ((stepOf(key->key()) || isEnter(key->key())) && key->modifiers() == Qt::NoModifier) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void HeatmapView::keyPressEvent(QKeyEvent* event) {
    if (isEnter(event->key()) && m_hover) {
        emit clicked(m_hover->row, m_hover->column);
        return;
    }
    const auto step = stepOf(event->key());
    if (!step || m_frame.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int rows = static_cast<int>(m_frame.rows.size());
    const int columns = static_cast<int>(m_frame.columnCount());
    HeatmapLayout::Cell cell{0, std::clamp(m_frame.selected, 0, columns - 1)};
    if (m_hover) // the first arrow only shows where one is
        cell = {std::clamp(m_hover->row + step->y(), 0, rows - 1),
                std::clamp(m_hover->column + step->x(), 0, columns - 1)};
    setHover(cell);
    emit reached(cell.row, cell.column);
}

void HeatmapView::focusOutEvent(QFocusEvent* event) {
    setHover(std::nullopt);
    QWidget::focusOutEvent(event);
}

} // namespace rankscope::widgets
