// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/ChartCanvas.h"
#include "widgets/frames/ChartFrame.h"

#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

namespace rankscope::widgets {

/// One chart with a header line: title, unit and the values at the cursor above, line names at
/// the right. Lines and grid are rendered once per change of content; hover, crosshair and header
/// only blit that picture. GUI thread only.
class ChartPanel final : public QWidget {
    Q_OBJECT

  public:
    static constexpr int kLeft = 52, kRight = 44; ///< gutters, equal in all panels: x lines up
    static constexpr int kHeader = 26, kBottom = 8, kBottomWithLabels = 24;

    explicit ChartPanel(QWidget* parent = nullptr);
    ~ChartPanel() override;

    void setFrame(ChartFrame frame);
    void setHeader(std::vector<HeaderValue> values);
    /// Where the crosshair stands, in data coordinates.
    void setCursor(std::optional<double> x);
    /// The lowest panel of a column names the steps.
    void setStepLabels(bool on);
    /// A small widget in the header line, behind the title; the panel takes it as a child.
    void setHeaderControl(QWidget* control);
    /// Old values: they stand in the header at 60 %.
    void setFaded(bool on);

    [[nodiscard]] const ChartFrame& frame() const { return m_frame; }
    [[nodiscard]] const std::vector<HeaderValue>& header() const { return m_header; }
    [[nodiscard]] bool faded() const { return m_faded; }
    [[nodiscard]] std::optional<double> cursor() const { return m_cursor; }
    [[nodiscard]] const PlotGeometry& geometry() const { return m_geometry; }
    /// How often lines and grid were rendered; hovering leaves it as it is.
    [[nodiscard]] int renderCount() const { return m_renders; }

    [[nodiscard]] QSize minimumSizeHint() const override;

  signals:
    void hovered(double x);
    void left();
    void clicked(double x, int rank); ///< rank of the line under the pointer, -1: none
    void viewRequested(double first, double last);
    void resetRequested();
    /// A menu is wanted at `global`; step and y are what the pointer is on, as are the ids of a
    /// line's rank, a note and a reference line (-1: none).
    void contextRequested(QPoint global, double step, double y, int rank, int noteId,
                          int referenceId);
    void plotWidthChanged(int pixels);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

  private:
    enum class Drag : unsigned char { None, Box, Pan };

    void layoutPlot();
    void placeControl();
    void invalidate();
    void setHighlight(int rank);
    [[nodiscard]] int rankAt(QPointF point) const;
    [[nodiscard]] const Curve* curveOf(int rank) const;

    ChartCanvas m_canvas;
    ChartFrame m_frame;
    std::vector<HeaderValue> m_header;
    PlotGeometry m_geometry;
    std::optional<double> m_cursor;
    QPixmap m_picture;
    QWidget* m_control = nullptr;
    QSize m_sized;
    bool m_stale = true;
    bool m_stepLabels = false;
    bool m_faded = false;
    int m_renders = 0;
    int m_highlight = -1;
    Drag m_drag = Drag::None;
    QPointF m_pressed, m_pointer;
};

} // namespace rankscope::widgets
