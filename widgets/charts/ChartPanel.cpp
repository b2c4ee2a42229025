// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartPanel.h"

#include "widgets/charts/ChartOverlay.h"
#include "widgets/charts/Segments.h"
#include "widgets/common/FocusRing.h"

#include <QContextMenuEvent>
#include <QEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace rankscope::widgets {
namespace {

constexpr double kDragThreshold = 4; ///< pixels
constexpr double kPickDistance = 5;  ///< pixels
constexpr int kControlGap = 10;      ///< pixels between a title and its control

} // namespace

ChartPanel::ChartPanel(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus); // a click picks a step, and needs no ring
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

ChartPanel::~ChartPanel() = default;

QSize ChartPanel::minimumSizeHint() const {
    return {kLeft + kRight + 160, kHeader + 40 + (m_stepLabels ? kBottomWithLabels : kBottom)};
}

void ChartPanel::setFrame(ChartFrame frame) {
    if (frame.summary != m_frame.summary)
        setAccessibleDescription(QString::fromStdString(frame.summary));
    if (frame.title != m_frame.title)
        setAccessibleName(QString::fromStdString(frame.title));
    const bool same = sameContent(frame, m_frame);
    m_frame = std::move(frame);
    placeControl();
    if (!same) {
        layoutPlot();
        invalidate();
    }
}

void ChartPanel::setHeader(std::vector<HeaderValue> values) {
    m_header = std::move(values);
    update(0, 0, width(), kHeader);
}

void ChartPanel::setCursor(std::optional<double> x) {
    if (x == m_cursor)
        return;
    m_cursor = x;
    update();
}

void ChartPanel::setFaded(bool on) {
    if (on == m_faded)
        return;
    m_faded = on;
    update(0, 0, width(), kHeader);
}

void ChartPanel::setStepLabels(bool on) {
    m_stepLabels = on;
    layoutPlot();
    invalidate();
}

void ChartPanel::setHeaderControl(QWidget* control) {
    m_control = control;
    control->setParent(this);
    control->show();
    placeControl();
}

void ChartPanel::placeControl() {
    if (m_control == nullptr)
        return;
    m_control->resize(m_control->sizeHint());
    m_control->move(kLeft + kControlGap + static_cast<int>(titleWidth(m_frame)),
                    (kHeader - m_control->height()) / 2);
}

void ChartPanel::layoutPlot() {
    const int bottom = m_stepLabels ? kBottomWithLabels : kBottom;
    m_geometry.plot = QRectF(kLeft, kHeader, std::max(1, width() - kLeft - kRight),
                             std::max(1, height() - kHeader - bottom));
    m_geometry.first = m_frame.first;
    m_geometry.last = std::max(m_frame.last, m_frame.first + 1e-9);
    m_geometry.y = scaleFor(m_frame, m_geometry.plot.height());
}

void ChartPanel::invalidate() {
    m_stale = true;
    update();
}

void ChartPanel::resizeEvent(QResizeEvent*) {
    if (m_geometry.plot.isValid() && m_sized == size())
        return; // Qt repeats the event for hidden widgets
    m_sized = size();
    layoutPlot();
    invalidate();
    emit plotWidthChanged(static_cast<int>(m_geometry.plot.width()));
}

void ChartPanel::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange)
        invalidate();
    QWidget::changeEvent(event);
}

void ChartPanel::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(this);
    if (m_stale || m_picture.devicePixelRatio() != devicePixelRatioF()) {
        m_canvas.setContent(m_frame, m_geometry, size(), theme);
        m_picture = m_canvas.render(m_frame, m_geometry, theme, devicePixelRatioF());
        m_stale = false;
        ++m_renders;
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    paintHeader(painter, m_frame, m_header, QRectF(kLeft, 0, width() - kLeft - kRight, kHeader),
                m_control != nullptr ? m_control->width() + kControlGap : 0,
                m_faded ? kOldValues : 1, theme);
    if (const Curve* curve = curveOf(m_highlight))
        paintHighlight(painter, *curve, m_geometry, theme);
    if (m_stepLabels)
        paintStepLabels(painter, m_geometry, m_cursor, theme);
    if (m_cursor)
        paintCursor(painter, m_geometry, *m_cursor, m_stepLabels, theme);
    if (m_drag == Drag::Box && std::abs(m_pointer.x() - m_pressed.x()) >= kDragThreshold) {
        const double a = std::clamp(m_pressed.x(), m_geometry.plot.left(), m_geometry.plot.right());
        const double b = std::clamp(m_pointer.x(), m_geometry.plot.left(), m_geometry.plot.right());
        QColor fill = theme.chosen;
        fill.setAlphaF(0.16F);
        const QRectF box(std::min(a, b), m_geometry.plot.top(), std::abs(b - a),
                         m_geometry.plot.height());
        painter.fillRect(box, fill);
        painter.setPen(QPen(theme.chosen, 1));
        painter.drawLine(box.topLeft(), box.bottomLeft());
        painter.drawLine(box.topRight(), box.bottomRight());
    }
    paintFocusRing(painter, *this);
}

const Curve* ChartPanel::curveOf(int rank) const {
    if (rank < 0)
        return nullptr;
    const auto found = std::find_if(m_frame.curves.begin(), m_frame.curves.end(),
                                    [&](const Curve& curve) { return curve.rank == rank; });
    return found == m_frame.curves.end() ? nullptr : &*found;
}

int ChartPanel::rankAt(QPointF point) const {
    int best = -1;
    double distance = kPickDistance;
    for (const Curve& curve : m_frame.curves) {
        if (curve.rank < 0 || curve.x.size() < 2)
            continue;
        const double x = m_geometry.fromX(point.x());
        const auto after = std::lower_bound(curve.x.begin(), curve.x.end(), x);
        if (after == curve.x.begin() || after == curve.x.end())
            continue;
        const auto i = static_cast<std::size_t>(after - curve.x.begin());
        if (!isDrawable(curve.y[i], m_frame.logY) || !isDrawable(curve.y[i - 1], m_frame.logY))
            continue;
        const double span = curve.x[i] - curve.x[i - 1];
        const double t = span > 0 ? (x - curve.x[i - 1]) / span : 0;
        const double y = m_geometry.toY(curve.y[i - 1]) * (1 - t) + m_geometry.toY(curve.y[i]) * t;
        if (std::abs(y - point.y()) < distance) {
            distance = std::abs(y - point.y());
            best = curve.rank;
        }
    }
    return best;
}

void ChartPanel::setHighlight(int rank) {
    if (rank == m_highlight)
        return;
    m_highlight = rank;
    update();
    setToolTip(rank < 0 ? QString() : tr("Rank %1. Click selects it everywhere.").arg(rank));
}

void ChartPanel::mouseMoveEvent(QMouseEvent* event) {
    m_pointer = event->position();
    const double x = m_geometry.fromX(m_pointer.x());
    if (m_drag == Drag::Pan) {
        const double moved = m_geometry.fromX(m_pressed.x()) - x;
        m_pressed = m_pointer;
        emit viewRequested(m_geometry.first + moved, m_geometry.last + moved);
        return;
    }
    if (m_drag == Drag::Box)
        update();
    else
        setHighlight(m_geometry.plot.contains(m_pointer) ? rankAt(m_pointer) : -1);
    if (m_pointer.x() >= m_geometry.plot.left() && m_pointer.x() <= m_geometry.plot.right())
        emit hovered(x);
    else
        emit left();
}

void ChartPanel::mousePressEvent(QMouseEvent* event) {
    m_pressed = m_pointer = event->position();
    if (event->button() == Qt::LeftButton)
        m_drag = Drag::Box;
    else if (event->button() == Qt::MiddleButton)
        m_drag = Drag::Pan;
}

void ChartPanel::mouseReleaseEvent(QMouseEvent* event) {
    const Drag drag = std::exchange(m_drag, Drag::None);
    update();
    if (drag != Drag::Box)
        return;
    const double a = m_geometry.fromX(m_pressed.x()), b = m_geometry.fromX(event->position().x());
    if (std::abs(event->position().x() - m_pressed.x()) < kDragThreshold)
        emit clicked(b, rankAt(event->position()));
    else
        emit viewRequested(std::max(m_geometry.first, std::min(a, b)),
                           std::min(m_geometry.last, std::max(a, b)));
}

void ChartPanel::mouseDoubleClickEvent(QMouseEvent* event) {
    m_drag = Drag::None;
    if (event->button() == Qt::LeftButton)
        emit resetRequested();
}

void ChartPanel::leaveEvent(QEvent*) {
    setHighlight(-1);
    emit left();
}

void ChartPanel::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / 120.0;
    if (notches == 0)
        return;
    const double at = m_geometry.fromX(
        std::clamp(event->position().x(), m_geometry.plot.left(), m_geometry.plot.right()));
    const double factor = std::pow(0.8, notches);
    emit viewRequested(at - (at - m_geometry.first) * factor, at + (m_geometry.last - at) * factor);
    event->accept();
}

void ChartPanel::contextMenuEvent(QContextMenuEvent* event) {
    const QRectF& plot = m_geometry.plot;
    QPointF at = event->pos();
    if (event->reason() == QContextMenuEvent::Keyboard) // about the cursor's step
        at = {m_cursor ? m_geometry.toX(*m_cursor) : plot.center().x(), plot.center().y()};
    if (!plot.contains(at))
        return;
    emit contextRequested(mapToGlobal(at.toPoint()), m_geometry.fromX(at.x()),
                          m_geometry.fromY(at.y()), rankAt(at), -1, -1);
}

} // namespace rankscope::widgets
