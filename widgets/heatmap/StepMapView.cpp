// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap/StepMapView.h"

#include "widgets/common/Theme.h"
#include "widgets/heatmap/HeatmapPaint.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <utility>

namespace rankscope::widgets {
namespace {

constexpr double kDragThreshold = 4;

} // namespace

StepMapView::StepMapView(QWidget* parent) : HeatmapView(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void StepMapView::setStep(std::optional<double> step) {
    if (step == m_step)
        return;
    m_step = step;
    update();
}

void StepMapView::paintOverlay(QPainter& painter, const HeatmapLayout& layout, const Theme& theme) {
    if (frame().empty())
        return;
    paintTitle(painter, frame(), layout,
               hover() ? describe(*hover()) : QString::fromStdString(frame().unit), theme);
    const QRectF& map = layout.map();
    if (m_step && *m_step >= frame().firstStep && *m_step <= frame().lastStep) {
        const double x = std::floor(layout.toX(*m_step)) + 0.5;
        painter.setPen(QPen(theme.text2, 1));
        painter.drawLine(QPointF(x, map.top()), QPointF(x, map.bottom()));
    }
    HeatmapView::paintOverlay(painter, layout, theme);
    if (m_drag != Drag::Box || std::abs(m_pointer.x() - m_pressed.x()) < kDragThreshold)
        return;
    const double a = std::clamp(m_pressed.x(), map.left(), map.right());
    const double b = std::clamp(m_pointer.x(), map.left(), map.right());
    QColor fill = theme.chosen;
    fill.setAlphaF(0.16F);
    const QRectF box(std::min(a, b), map.top(), std::abs(b - a), map.height());
    painter.fillRect(box, fill);
    painter.setPen(QPen(theme.chosen, 1));
    painter.drawLine(box.topLeft(), box.bottomLeft());
    painter.drawLine(box.topRight(), box.bottomRight());
}

void StepMapView::mousePressEvent(QMouseEvent* event) {
    m_pressed = m_pointer = event->position();
    if (event->button() == Qt::LeftButton)
        m_drag = Drag::Box;
    else if (event->button() == Qt::MiddleButton)
        m_drag = Drag::Pan;
}

void StepMapView::mouseMoveEvent(QMouseEvent* event) {
    if (frame().empty())
        return;
    const HeatmapLayout layout = cells();
    m_pointer = event->position();
    const double step = layout.fromX(m_pointer.x());
    if (m_drag == Drag::Pan) {
        const double moved = layout.fromX(m_pressed.x()) - step;
        m_pressed = m_pointer;
        emit viewRequested(frame().firstStep + moved, frame().lastStep + moved);
        return;
    }
    setHover(m_drag == Drag::None ? layout.at(m_pointer) : std::nullopt);
    update();
    if (m_pointer.x() >= layout.map().left() && m_pointer.x() <= layout.map().right())
        emit stepHovered(step);
    else
        emit left();
}

void StepMapView::mouseReleaseEvent(QMouseEvent* event) {
    const Drag drag = std::exchange(m_drag, Drag::None);
    update();
    if (drag != Drag::Box || frame().empty())
        return;
    const HeatmapLayout layout = cells();
    const QPointF at = event->position();
    const double a = layout.fromX(m_pressed.x()), b = layout.fromX(at.x());
    if (std::abs(at.x() - m_pressed.x()) >= kDragThreshold) {
        emit viewRequested(std::max(frame().firstStep, std::min(a, b)),
                           std::min(frame().lastStep, std::max(a, b)));
        return;
    }
    if (const auto label = layout.labelAt(at))
        emit clicked(label->row, -1);
    else if (at.x() >= layout.map().left() && at.x() <= layout.map().right())
        emit stepClicked(b, layout.map().contains(at) ? layout.rowAt(at.y() - layout.map().top())
                                                      : -1);
}

void StepMapView::mouseDoubleClickEvent(QMouseEvent* event) {
    m_drag = Drag::None;
    if (event->button() == Qt::LeftButton)
        emit resetRequested();
}

void StepMapView::leaveEvent(QEvent* event) {
    HeatmapView::leaveEvent(event);
    emit left();
}

void StepMapView::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / 120.0;
    if (notches == 0 || frame().empty())
        return;
    const HeatmapLayout layout = cells();
    const double at =
        layout.fromX(std::clamp(event->position().x(), layout.map().left(), layout.map().right()));
    const double factor = std::pow(0.8, notches);
    emit viewRequested(at - (at - frame().firstStep) * factor,
                       at + (frame().lastStep - at) * factor);
    event->accept();
}

} // namespace rankscope::widgets
