// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/heatmap/HeatmapView.h"

#include <QPointF>
#include <optional>

namespace rankscope::widgets {

/// A RankStep map: stands in a column of charts, on their x axis, and takes the same gestures.
/// GUI thread only.
class StepMapView final : public HeatmapView {
    Q_OBJECT

  public:
    explicit StepMapView(QWidget* parent = nullptr);

    /// Where the crosshair stands, in steps.
    void setStep(std::optional<double> step);
    [[nodiscard]] std::optional<double> step() const { return m_step; }

    /// As high as the charts' column has room for.
    [[nodiscard]] bool hasHeightForWidth() const override { return false; }

  signals:
    void stepHovered(double step);
    void left();
    void stepClicked(double step, int row); ///< row -1: beside the rows
    void viewRequested(double first, double last);
    void resetRequested();

  protected:
    void paintOverlay(QPainter& painter, const HeatmapLayout& layout, const Theme& theme) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

  private:
    enum class Drag : unsigned char { None, Box, Pan };

    std::optional<double> m_step;
    Drag m_drag = Drag::None;
    QPointF m_pressed, m_pointer;
};

} // namespace rankscope::widgets
