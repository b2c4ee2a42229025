// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ChartPanel.h"

#include "widgets/charts/ChartGround.h"
#include "widgets/charts/ChartOverlay.h"
#include "widgets/common/FocusRing.h"

#include <QEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace rankscope::widgets {
namespace {

constexpr int kControlGap = 10; ///< pixels between a title and its control

/// On a y axis of another kind the user's limits mean nothing.
bool sameAxis(const ChartFrame& a, const ChartFrame& b) {
    return a.logY == b.logY && a.fromZero == b.fromZero && a.zeroLine == b.zeroLine &&
           a.yTitle == b.yTitle;
}

int sameCurve(const ChartFrame& before, int index, const ChartFrame& now) {
    if (index < 0)
        return -1;
    const Curve& wanted = before.curves[static_cast<std::size_t>(index)];
    for (std::size_t i = 0; i < now.curves.size(); ++i)
        if (!now.curves[i].behind && now.curves[i].rank == wanted.rank &&
            now.curves[i].name == wanted.name)
            return static_cast<int>(i);
    return -1;
}

} // namespace

QMargins ChartPanel::gutters(bool stepLabels) {
    return {font::scaled(kLeft), font::scaled(kHeader), font::scaled(kRight),
            stepLabels ? font::scaled(kBottomWithLabels) : kBottom};
}

ChartPanel::ChartPanel(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus); // a click picks a step, and needs no ring
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

ChartPanel::~ChartPanel() = default;

QSize ChartPanel::minimumSizeHint() const {
    const QMargins around = gutters(m_stepLabels);
    return {around.left() + around.right() + 160, around.top() + around.bottom() + 40};
}

void ChartPanel::setFrame(ChartFrame frame) {
    frame = withoutHidden(std::move(frame));
    if (frame.summary != m_frame.summary)
        setAccessibleDescription(QString::fromStdString(frame.summary));
    if (frame.title != m_frame.title)
        setAccessibleName(QString::fromStdString(frame.title));
    if (!sameAxis(frame, m_frame))
        m_yRange.reset();
    if (frame.first != m_frame.first || frame.last != m_frame.last)
        m_asked.reset();
    const bool same = sameContent(frame, m_frame);
    if (!same) {
        m_highlight = sameCurve(m_frame, m_highlight, frame);
        m_note = -1;
    }
    m_frame = std::move(frame);
    placeControl();
    if (!same) {
        layoutPlot();
        invalidate();
    }
}

void ChartPanel::setHeader(std::vector<HeaderValue> values) {
    m_header = std::move(values);
    update(0, 0, width(), gutters(false).top());
}

void ChartPanel::setReadout(std::vector<HeaderValue> values) {
    if (values.empty() && m_readout.empty())
        return;
    m_readout = std::move(values);
    update();
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
    update(0, 0, width(), gutters(false).top());
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

void ChartPanel::setYRange(const std::optional<YRange>& range) {
    if (!range && !m_yRange)
        return;
    m_yRange = range;
    layoutPlot();
    invalidate();
}

void ChartPanel::placeControl() {
    if (m_control == nullptr)
        return;
    m_control->resize(m_control->sizeHint());
    m_control->move(gutters(false).left() + kControlGap + static_cast<int>(titleWidth(m_frame)),
                    (gutters(false).top() - m_control->height()) / 2);
}

/// The plot lies on device pixels, so that its edges are sharp at any scale.
void ChartPanel::layoutPlot() {
    const double ratio = devicePixelRatioF();
    const auto snapped = [&](double v) { return std::round(v * ratio) / ratio; };
    const QMargins around = gutters(m_stepLabels);
    const QPointF topLeft(snapped(around.left()), snapped(around.top()));
    const QPointF bottomRight(snapped(std::max(around.left() + 1, width() - around.right())),
                              snapped(std::max(around.top() + 1, height() - around.bottom())));
    m_geometry.plot = QRectF(topLeft, bottomRight);
    m_geometry.first = m_frame.first;
    m_geometry.last = std::max(m_frame.last, m_frame.first + 1e-9);
    m_geometry.y = scaleFor(m_frame, m_geometry.plot.height(), m_yRange);
    m_topMarks = topMarks(m_frame, m_geometry);
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

HeaderLine ChartPanel::headerLine() const {
    const QMargins around = gutters(false);
    HeaderLine line;
    line.line = QRectF(around.left(), 0, width() - around.left() - around.right(), around.top());
    line.control = m_control != nullptr ? m_control->width() + kControlGap : 0;
    line.opacity = m_faded ? kOldValues : 1;
    if (m_yRange)
        line.mark = tr("y zoomed");
    return line;
}

void ChartPanel::render(const Theme& theme) {
    const double ratio = devicePixelRatioF();
    if (m_picture.devicePixelRatio() != ratio) {
        layoutPlot();
        m_stale = true;
    }
    if (m_stale) {
        m_highlighted = {}; // first: it may share the picture's memory
        m_picture =
            m_canvas.render(m_frame, m_geometry, size(), theme, ratio, std::move(m_picture));
        m_stale = false;
        ++m_renders;
    }
    if (m_highlight >= 0 && m_highlighted.isNull())
        m_highlighted = highlighted(
            m_picture, m_frame.curves[static_cast<std::size_t>(m_highlight)], m_geometry, theme);
}

void ChartPanel::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(this);
    render(theme);
    QPainter painter(this);
    painter.drawImage(0, 0, m_highlight >= 0 ? m_highlighted : m_picture);
    paintHeader(painter, m_frame, m_header, headerLine(), theme);
    if (m_stepLabels)
        paintStepLabels(painter, m_geometry, m_cursor, theme);
    if (m_cursor) {
        paintCursor(painter, m_geometry, *m_cursor, m_stepLabels, theme);
        paintReadout(painter, m_readout, m_geometry, *m_cursor, theme);
    }
    if (m_note >= 0)
        for (const TopMark& mark : m_topMarks)
            if (mark.layer == Layer::Notes && mark.index == static_cast<std::size_t>(m_note))
                paintNoteText(painter, m_frame.notes[mark.index], mark.box, m_geometry, theme);
    const QRectF box = zoomBox();
    if (box.isValid())
        paintZoomBox(painter, box, theme);
    paintFocusRing(painter, *this);
}

} // namespace rankscope::widgets
