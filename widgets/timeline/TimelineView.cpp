// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/timeline/TimelineView.h"

#include "widgets/common/Hatch.h"
#include "widgets/common/Icons.h"
#include "widgets/common/Scale.h"
#include "widgets/common/Theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <limits>

namespace rankscope::widgets {
namespace {

constexpr double kMargin = 14, kTop = 10, kLabels = 22, kHandle = 5;

double crisp(double v) {
    return std::floor(v) + 0.5;
}

} // namespace

TimelineView::TimelineView(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
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

QRectF TimelineView::strip() const {
    return {kMargin, kTop, std::max(1.0, width() - 2 * kMargin),
            std::max(1.0, height() - kTop - kLabels)};
}

double TimelineView::toX(double step) const {
    const double span = std::max(1.0, m_frame.last - m_frame.first);
    return strip().left() + (step - m_frame.first) / span * strip().width();
}

double TimelineView::fromX(double x) const {
    const double span = std::max(1.0, m_frame.last - m_frame.first);
    return m_frame.first + (x - strip().left()) / strip().width() * span;
}

void TimelineView::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    const QRectF all = strip();

    const double viewLeft = std::clamp(toX(m_frame.viewFirst), all.left(), all.right());
    const double viewRight = std::clamp(toX(m_frame.viewLast), all.left(), all.right());
    QColor view = theme.chosen;
    view.setAlphaF(0.12F);
    painter.fillRect(QRectF(viewLeft, all.top(), viewRight - viewLeft, all.height()), view);
    QColor hatch = theme.healthy;
    hatch.setAlphaF(0.55F);
    for (const Gap& gap : m_frame.gaps) {
        const double left = toX(gap.first - 0.5), right = toX(gap.last + 0.5);
        paintHatch(painter, QRectF(left, all.top(), std::max(2.0, right - left), all.height()),
                   hatch);
    }

    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const double y : m_frame.y)
        if (std::isfinite(y)) {
            low = std::min(low, y);
            high = std::max(high, y);
        }
    const auto toY = [&](double y) {
        const double t = high > low ? (y - low) / (high - low) : 0.5;
        return all.bottom() - 5 - t * (all.height() - 10);
    };
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.text2, 1));
    QList<QLineF> lines;
    for (std::size_t i = 1; i < m_frame.x.size(); ++i)
        if (std::isfinite(m_frame.y[i]) && std::isfinite(m_frame.y[i - 1]))
            lines.append(QLineF(toX(m_frame.x[i - 1]), toY(m_frame.y[i - 1]), toX(m_frame.x[i]),
                                toY(m_frame.y[i])));
    painter.drawLines(lines);

    painter.setRenderHint(QPainter::Antialiasing, false);
    for (const RestartMark& restart : m_frame.restarts) {
        painter.setPen(QPen(theme.text2, 1, Qt::DotLine));
        const double x = crisp(toX(restart.x));
        painter.drawLine(QPointF(x, all.top()), QPointF(x, all.bottom()));
    }
    for (const NonFiniteMark& mark : m_frame.nonFinite)
        drawIcon(painter, Icon::LostCross, QRectF(toX(mark.x) - 7, all.top() - 2, 14, 14),
                 theme.mean);
    painter.setPen(QPen(theme.border, 1));
    painter.drawLine(QPointF(all.left(), crisp(all.bottom())),
                     QPointF(all.right(), crisp(all.bottom())));
    for (const double x : {viewLeft, viewRight})
        painter.fillRect(QRectF(std::round(x) - 1, all.top() - 2, 2, all.height() + 4),
                         theme.chosen);

    painter.setFont(font::text(font::kAxis));
    painter.setPen(theme.text3);
    for (const Tick& tick :
         stepTicks(m_frame.first, m_frame.last, std::max(2, static_cast<int>(all.width() / 120)))) {
        const double x = std::clamp(toX(tick.value), 24.0, width() - 24.0);
        painter.drawText(QRectF(x - 40, all.bottom() + 4, 80, 16), Qt::AlignCenter,
                         QString::fromStdString(tick.label));
    }
    const auto marker = m_frame.playhead ? m_frame.playhead : m_frame.cursor;
    if (!marker)
        return;
    const double x = crisp(std::clamp(toX(*marker), all.left(), all.right()));
    if (m_frame.playhead) { // what playback has not reached yet
        QColor veil = theme.window;
        veil.setAlphaF(0.6F);
        painter.fillRect(QRectF(x, all.top(), all.right() - x, all.height()), veil);
    }
    painter.setPen(QPen(theme.mean, 1));
    painter.drawLine(QPointF(x, all.top() - 4), QPointF(x, all.bottom()));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.mean);
    const QPointF flag[] = {{x - 5, 3}, {x + 5, 3}, {x, 10}};
    painter.drawPolygon(flag, 3);
}

TimelineView::Drag TimelineView::dragAt(double x) const {
    const double toFirst = std::abs(x - toX(m_frame.viewFirst));
    const double toLast = std::abs(x - toX(m_frame.viewLast));
    if (std::min(toFirst, toLast) > kHandle)
        return Drag::Scrub;
    return toFirst < toLast ? Drag::First : Drag::Last;
}

void TimelineView::drag(double x) {
    const double step = std::clamp(fromX(x), m_frame.first, m_frame.last);
    if (m_drag == Drag::Scrub)
        emit scrubbed(step);
    else if (m_drag == Drag::First)
        emit viewRequested(std::min(step, m_frame.viewLast - 1), m_frame.viewLast);
    else if (m_drag == Drag::Last)
        emit viewRequested(m_frame.viewFirst, std::max(step, m_frame.viewFirst + 1));
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    m_drag = dragAt(event->position().x());
    if (m_drag == Drag::Scrub)
        drag(event->position().x());
}

void TimelineView::mouseMoveEvent(QMouseEvent* event) {
    const bool onHandle = dragAt(event->position().x()) != Drag::Scrub;
    setCursor(onHandle ? Qt::SizeHorCursor : Qt::ArrowCursor);
    drag(event->position().x());
}

void TimelineView::mouseReleaseEvent(QMouseEvent*) {
    m_drag = Drag::None;
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent*) {
    emit resetRequested();
}

} // namespace rankscope::widgets
