// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/TimelineFrame.h"
#include "widgets/timeline/TimelineGeometry.h"

#include <QPointF>
#include <QWidget>

namespace rankscope::widgets {

/// The whole run in one strip. What the charts show of it: drag the handles, drag between them,
/// turn the wheel. The cursor: drag it, click or drag anywhere else. GUI thread only.
class TimelineView final : public QWidget {
    Q_OBJECT

  public:
    explicit TimelineView(QWidget* parent = nullptr);

    void setFrame(TimelineFrame frame);
    [[nodiscard]] const TimelineFrame& frame() const { return m_frame; }
    [[nodiscard]] TimelineGeometry geometryOfRun() const { return {m_frame, size()}; }
    [[nodiscard]] double toX(double step) const { return geometryOfRun().toX(step); }

    [[nodiscard]] QSize sizeHint() const override { return {800, 80}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 64}; }

  signals:
    void scrubbed(double step);
    void viewRequested(double first, double last);
    void resetRequested();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool event(QEvent* event) override;

  private:
    enum class Drag : unsigned char { None, Scrub, First, Last, View };

    [[nodiscard]] Drag dragAt(QPointF point) const;
    void drag(double x);

    TimelineFrame m_frame;
    Drag m_drag = Drag::None;
    bool m_moved = false;      ///< since the press: no click any more
    double m_pressed = 0;      ///< x
    double m_grabbedFirst = 0; ///< view at the press
    double m_grabbedLast = 0;
};

} // namespace rankscope::widgets
