// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartPanel.h"
#include "widgets/charts/ChartPick.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

/// What the pointer does to a panel.
namespace rankscope::widgets {
namespace {

constexpr double kDragThreshold = 4;  ///< pixels
constexpr double kNotch = 0.8;        ///< what is visible after one notch, of what was before
constexpr double kPanNotch = 0.1;     ///< of what is visible
constexpr qint64 kSameGesture = 500;  ///< milliseconds between notches of one gesture
constexpr double kFinestRange = 1e-6; ///< of the values; finer no label could tell them apart

bool tooFine(const YRange& range) {
    const double most = std::max(std::abs(range.low), std::abs(range.high));
    return !(range.high - range.low > kFinestRange * most) || !std::isfinite(most);
}

} // namespace

int ChartPanel::rankOf(int curve) const {
    return curve < 0 ? -1 : m_frame.curves[static_cast<std::size_t>(curve)].rank;
}

/// The newest view asked for: frames come later than the next notch of a wheel.
ChartPanel::XRange ChartPanel::view() const {
    return m_asked.value_or(XRange{m_geometry.first, m_geometry.last});
}

void ChartPanel::ask(XRange view, bool continued) {
    m_asked = view;
    emit viewRequested(view.first, view.last, continued);
}

void ChartPanel::setPanning(bool on) {
    m_panning = on;
    if (on)
        QWidget::setCursor(Qt::OpenHandCursor);
    else if (m_drag != Drag::Pan)
        unsetCursor();
}

void ChartPanel::setHighlight(int curve) {
    if (curve == m_highlight)
        return;
    m_highlight = curve;
    m_highlighted = {};
    update();
}

void ChartPanel::setNote(int note) {
    if (note == m_note)
        return;
    m_note = note;
    update();
}

void ChartPanel::pointAt(QPointF point) {
    setNote(noteAt(m_topMarks, point));
    setHighlight(m_note < 0 ? curveAt(m_frame, m_geometry, point) : -1);
}

QRectF ChartPanel::zoomBox() const {
    const bool zooms = m_drag == Drag::ZoomX || m_drag == Drag::ZoomBoth;
    if (!zooms || std::abs(m_pointer.x() - m_pressed.x()) < kDragThreshold)
        return {};
    const QRectF& plot = m_geometry.plot;
    QRectF box = QRectF(m_pressed, m_pointer).normalized();
    if (m_drag == Drag::ZoomX || box.height() < kDragThreshold) {
        box.setTop(plot.top());
        box.setBottom(plot.bottom());
    }
    return box.intersected(plot);
}

void ChartPanel::pan(QPointF to) {
    const QRectF& plot = m_geometry.plot;
    const QPointF by = to - m_pressed;
    const double steps = by.x() / plot.width() * (m_dragView.last - m_dragView.first);
    ask({m_dragView.first - steps, m_dragView.last - steps}, m_dragged);
    m_dragged = true;
    if (!m_yRange)
        return;
    const YRange range = moved(m_dragScale, by.y() / plot.height());
    if (!tooFine(range) && (!m_frame.logY || range.low > 0))
        setYRange(range);
}

void ChartPanel::zoomX(double at, double factor, bool continued) {
    const XRange from = view();
    ask({at - (at - from.first) * factor, at + (from.last - at) * factor}, continued);
}

void ChartPanel::zoomY(double at, double factor) {
    const YRange range = zoomed(m_geometry.y, at, factor);
    const Scale all = scaleFor(m_frame, m_geometry.plot.height());
    if (range.low <= all.min && range.high >= all.max)
        setYRange({}); // as far out as the data go
    else if (!tooFine(range) && (!m_frame.logY || range.low > 0))
        setYRange(range);
}

void ChartPanel::mouseMoveEvent(QMouseEvent* event) {
    m_pointer = event->position();
    if (m_drag == Drag::Pan) {
        pan(m_pointer);
        return;
    }
    if (m_drag == Drag::None)
        pointAt(m_pointer);
    else
        update();
    if (m_pointer.x() >= m_geometry.plot.left() && m_pointer.x() <= m_geometry.plot.right())
        emit hovered(m_geometry.fromX(m_pointer.x()));
    else
        emit left();
}

void ChartPanel::mousePressEvent(QMouseEvent* event) {
    m_pressed = m_pointer = event->position();
    const bool left = event->button() == Qt::LeftButton;
    if (event->button() == Qt::MiddleButton || (left && m_panning)) {
        m_drag = Drag::Pan;
        m_dragView = view();
        m_dragScale = m_geometry.y;
        m_dragged = false;
        QWidget::setCursor(Qt::ClosedHandCursor);
    } else if (left)
        m_drag = event->modifiers().testFlag(Qt::ShiftModifier) ? Drag::ZoomBoth : Drag::ZoomX;
}

void ChartPanel::mouseReleaseEvent(QMouseEvent* event) {
    m_pointer = event->position();
    const QRectF box = zoomBox();
    const Drag drag = std::exchange(m_drag, Drag::None);
    update();
    if (drag == Drag::Pan)
        setPanning(m_panning);
    if (drag == Drag::None || drag == Drag::Pan)
        return;
    if (!box.isValid() && std::abs(m_pointer.x() - m_pressed.x()) < kDragThreshold) {
        if (m_yRange && markBox(m_frame, headerLine()).contains(m_pressed))
            setYRange({});
        else
            emit clicked(m_geometry.fromX(m_pointer.x()),
                         rankOf(curveAt(m_frame, m_geometry, m_pointer)));
        return;
    }
    if (drag == Drag::ZoomBoth && box.height() < m_geometry.plot.height()) {
        const YRange range{m_geometry.fromY(box.bottom()), m_geometry.fromY(box.top())};
        if (!tooFine(range))
            setYRange(range);
    }
    if (box.isValid())
        ask({m_geometry.fromX(box.left()), m_geometry.fromX(box.right())}, false);
}

void ChartPanel::mouseDoubleClickEvent(QMouseEvent* event) {
    m_drag = Drag::None;
    if (event->button() != Qt::LeftButton)
        return;
    setYRange({});
    emit resetRequested();
}

void ChartPanel::leaveEvent(QEvent*) {
    setHighlight(-1);
    setNote(-1);
    emit left();
}

void ChartPanel::wheelEvent(QWheelEvent* event) {
    const QRectF& plot = m_geometry.plot;
    const double notches = event->angleDelta().y() / 120.0;
    const double sideways = event->angleDelta().x() / 120.0;
    event->accept();
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        zoomY(m_geometry.fromY(std::clamp(event->position().y(), plot.top(), plot.bottom())),
              std::pow(kNotch, notches));
        return;
    }
    if (notches == 0 && sideways == 0)
        return;
    const bool continued = m_sinceWheel.isValid() && m_sinceWheel.elapsed() < kSameGesture;
    m_sinceWheel.start();
    const XRange from = view();
    const double span = from.last - from.first;
    if (notches == 0) {
        const double by = sideways * kPanNotch * span;
        ask({from.first - by, from.last - by}, continued);
        return;
    }
    const double x = std::clamp(event->position().x(), plot.left(), plot.right());
    zoomX(from.first + (x - plot.left()) / plot.width() * span, std::pow(kNotch, notches),
          continued);
}

void ChartPanel::keyPressEvent(QKeyEvent* event) {
    const XRange from = view();
    const double at =
        std::clamp(m_cursor.value_or((from.first + from.last) / 2), from.first, from.last);
    const double by = kPanNotch * (from.last - from.first);
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomX(at, kNotch, false);
        return;
    case Qt::Key_Minus:
        zoomX(at, 1 / kNotch, false);
        return;
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (control) {
            const double moved = event->key() == Qt::Key_Left ? -by : by;
            ask({from.first + moved, from.last + moved}, false);
            return;
        }
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void ChartPanel::contextMenuEvent(QContextMenuEvent* event) {
    const QRectF& plot = m_geometry.plot;
    QPointF at = event->pos();
    if (event->reason() == QContextMenuEvent::Keyboard) // about the cursor's step
        at = {m_cursor ? m_geometry.toX(*m_cursor) : plot.center().x(), plot.center().y()};
    if (!plot.contains(at))
        return;
    const int note = noteAt(m_topMarks, at);
    const int line = referenceAt(m_frame, m_geometry, at);
    emit contextRequested(mapToGlobal(at.toPoint()), m_geometry.fromX(at.x()),
                          m_geometry.fromY(at.y()), rankOf(curveAt(m_frame, m_geometry, at)),
                          note < 0 ? -1 : m_frame.notes[static_cast<std::size_t>(note)].id,
                          line < 0 ? -1 : m_frame.references[static_cast<std::size_t>(line)].id);
}

} // namespace rankscope::widgets
