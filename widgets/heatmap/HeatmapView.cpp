// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap/HeatmapView.h"

#include "widgets/common/FocusRing.h"
#include "widgets/common/NumberText.h"
#include "widgets/common/Theme.h"
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
        frame.rows.size() != m_frame.rows.size() || frame.columns.size() != m_frame.columns.size();
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

QString HeatmapView::describe(HeatmapLayout::Cell cell) const {
    const auto r = static_cast<std::size_t>(cell.row), c = static_cast<std::size_t>(cell.column);
    const QString row = QString::fromStdString(m_frame.rows[r]);
    const QString column = QString::fromStdString(m_frame.columns[c]);
    const QString who = m_frame.square()
                            ? tr("Ranks %1 and %2").arg(row, column)
                            : QStringLiteral("%1 %2, %3 %4")
                                  .arg(QString::fromStdString(m_frame.rowKind), row,
                                       QString::fromStdString(m_frame.columnKind), column);
    if (m_frame.square() && cell.row == cell.column)
        return tr("Rank %1 with itself").arg(row);
    const double value = m_frame.at(r, c), sd = m_frame.sdAt(r, c);
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

void HeatmapView::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(this);
    const HeatmapLayout layout = cells();
    if (m_stale || m_picture.devicePixelRatio() != devicePixelRatioF()) {
        m_picture = QPixmap(size() * devicePixelRatioF());
        m_picture.setDevicePixelRatio(devicePixelRatioF());
        m_picture.fill(theme.surface);
        QPainter painter(&m_picture);
        if (m_frame.empty()) {
            painter.setFont(font::text(font::kBody));
            painter.setPen(theme.text3);
            painter.drawText(rect().adjusted(24, 12, -24, -12), Qt::AlignCenter | Qt::TextWordWrap,
                             QString::fromStdString(m_frame.emptyText));
        } else {
            paintCells(painter, m_frame, layout, theme);
            paintLabels(painter, m_frame, layout, theme);
            paintBars(painter, m_frame, layout, width(), theme);
            if (m_frame.square())
                paintLegend(painter, m_frame, layout, width(), theme);
            else
                paintAside(painter, m_frame, layout, width(), height(), theme);
            paintSelection(painter, m_frame, layout, theme);
        }
        m_stale = false;
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    if (m_hover && !m_frame.empty()) {
        painter.setPen(QPen(theme.text1, 1));
        painter.drawRect(
            layout.cell(m_hover->row, m_hover->column).adjusted(-0.5, -0.5, -0.5, -0.5));
    }
    paintFocusRing(painter, *this);
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
    if (const auto cell = cells().at(event->position()))
        emit clicked(cell->row, cell->column);
}

void HeatmapView::leaveEvent(QEvent*) {
    setHover(std::nullopt);
}

/// While it has the focus the arrows are the map's, and not the window's shortcuts.
bool HeatmapView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && !m_frame.empty()) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (stepOf(key->key()) && key->modifiers() == Qt::NoModifier) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void HeatmapView::keyPressEvent(QKeyEvent* event) {
    const auto step = stepOf(event->key());
    if (!step || m_frame.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int rows = static_cast<int>(m_frame.rows.size());
    const int columns = static_cast<int>(m_frame.columns.size());
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
