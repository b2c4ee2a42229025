// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/TimelineFrame.h"

#include <QRectF>
#include <QWidget>

namespace rankscope::widgets {

/// The whole run in one strip: what the charts show of it (drag the handles), and the cursor (drag
/// anywhere else). GUI thread only.
class TimelineView final : public QWidget {
    Q_OBJECT

  public:
    explicit TimelineView(QWidget* parent = nullptr);

    void setFrame(TimelineFrame frame);
    [[nodiscard]] const TimelineFrame& frame() const { return m_frame; }

    [[nodiscard]] QRectF strip() const; ///< where the run lies
    [[nodiscard]] double toX(double step) const;
    [[nodiscard]] double fromX(double x) const;

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

  private:
    enum class Drag : unsigned char { None, Scrub, First, Last };

    [[nodiscard]] Drag dragAt(double x) const;
    void drag(double x);

    TimelineFrame m_frame;
    Drag m_drag = Drag::None;
};

} // namespace rankscope::widgets
