// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/timeline/TimelineView.h"

#include "widgets/common/FocusRing.h"
#include "widgets/common/Theme.h"
#include "widgets/timeline/TimelinePaint.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <utility>

namespace rankscope::widgets {
namespace {

constexpr double kGrip = 5, kDragThreshold = 4;

} // namespace

TimelineView::TimelineView(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Timeline"));
}

void TimelineView::setFrame(TimelineFrame frame) {
    if (frame.summary != m_frame.summary)
        setAccessibleDescription(QString::fromStdString(frame.summary));
    m_frame = std::move(frame);
    update();
}

void TimelineView::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(this);
    const TimelineGeometry geometry = geometryOfRun();
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    paintTimeline(painter, m_frame, geometry, theme);
    paintPlace(painter, m_frame, geometry, theme);
    paintFocusRing(painter, *this);
}

TimelineView::Drag TimelineView::dragAt(QPointF point) const {
    const TimelineGeometry geometry = geometryOfRun();
    const double x = point.x();
    const double toFirst = std::abs(x - geometry.viewLeft());
    const double toLast = std::abs(x - geometry.viewRight());
    const bool onStrip = point.y() >= geometry.strip().top() - 2; // above it is the cursor's flag
    if (onStrip && std::min(toFirst, toLast) <= kGrip)
        return toFirst <= toLast ? Drag::First : Drag::Last;
    const auto place = m_frame.playhead ? m_frame.playhead : m_frame.cursor;
    if (!onStrip || (place && std::abs(x - geometry.toX(*place)) <= kGrip))
        return Drag::Scrub;
    const bool partial = m_frame.viewLast - m_frame.viewFirst < m_frame.last - m_frame.first;
    return partial && x > geometry.viewLeft() && x < geometry.viewRight() ? Drag::View
                                                                          : Drag::Scrub;
}

void TimelineView::drag(double x) {
    const TimelineGeometry geometry = geometryOfRun();
    const double step = std::clamp(geometry.fromX(x), m_frame.first, m_frame.last);
    switch (m_drag) {
    case Drag::None:
        break;
    case Drag::Scrub:
        emit scrubbed(step);
        break;
    case Drag::First:
        emit viewRequested(std::min(step, m_frame.viewLast - 1), m_frame.viewLast);
        break;
    case Drag::Last:
        emit viewRequested(m_frame.viewFirst, std::max(step, m_frame.viewFirst + 1));
        break;
    case Drag::View: {
        if (!m_moved)
            break;
        const double moved =
            std::clamp(geometry.fromX(x) - geometry.fromX(m_pressed),
                       m_frame.first - m_grabbedFirst, m_frame.last - m_grabbedLast);
        emit viewRequested(m_grabbedFirst + moved, m_grabbedLast + moved);
        break;
    }
    }
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    m_drag = dragAt(event->position());
    m_pressed = event->position().x();
    m_moved = false;
    m_grabbedFirst = m_frame.viewFirst;
    m_grabbedLast = m_frame.viewLast;
    if (m_drag == Drag::Scrub)
        drag(m_pressed);
}

void TimelineView::mouseMoveEvent(QMouseEvent* event) {
    const double x = event->position().x();
    m_moved = m_moved || std::abs(x - m_pressed) >= kDragThreshold;
    switch (m_drag == Drag::None ? dragAt(event->position()) : m_drag) {
    case Drag::First:
    case Drag::Last:
        setCursor(Qt::SizeHorCursor);
        break;
    case Drag::View:
        setCursor(m_drag == Drag::View && m_moved ? Qt::ClosedHandCursor : Qt::OpenHandCursor);
        break;
    default:
        setCursor(Qt::ArrowCursor);
    }
    drag(x);
}

void TimelineView::mouseReleaseEvent(QMouseEvent* event) {
    const Drag ended = std::exchange(m_drag, Drag::None);
    if (ended == Drag::View && !m_moved) // a click between the handles
        emit scrubbed(
            std::clamp(geometryOfRun().fromX(event->position().x()), m_frame.first, m_frame.last));
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent*) {
    emit resetRequested();
}

void TimelineView::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / 120.0;
    if (notches == 0)
        return;
    const double at = std::clamp(geometryOfRun().fromX(event->position().x()), m_frame.viewFirst,
                                 m_frame.viewLast);
    const double factor = std::pow(0.8, notches);
    emit viewRequested(at - (at - m_frame.viewFirst) * factor,
                       at + (m_frame.viewLast - at) * factor);
    event->accept();
}

bool TimelineView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto text = markText(m_frame, geometryOfRun(), help->pos()))
        QToolTip::showText(help->globalPos(), *text, this);
    else
        QToolTip::hideText();
    return true;
}

} // namespace rankscope::widgets
