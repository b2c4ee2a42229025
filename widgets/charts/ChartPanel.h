// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/ChartCanvas.h"
#include "widgets/charts/ChartHeader.h"
#include "widgets/charts/TopMarks.h"
#include "widgets/frames/ChartFrame.h"

#include <QElapsedTimer>
#include <QImage>
#include <QMargins>
#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

namespace rankscope::widgets {

/// One chart with a header line: title, unit and the values at the cursor above, line names at
/// the right. Lines and grid are rendered once per change of content; hover, crosshair and header
/// only blit that picture. GUI thread only.
///
/// Wheel: zooms x at the pointer; with Ctrl y, in this panel alone. Sideways: pans. Drag: zooms x
/// to the box; with Shift x and y. Middle drag, or a drag while panning is on: pans. Double click:
/// resets. With the focus, + and - zoom x about the cursor, and Ctrl with Left or Right pans. x is
/// asked for with viewRequested(), as all panels share it; y is the panel's own.
class ChartPanel final : public QWidget {
    Q_OBJECT

  public:
    /// Gutters at the default font size, equal in all panels: x lines up.
    static constexpr int kLeft = 52, kRight = 44;
    static constexpr int kHeader = 26, kBottom = 8, kBottomWithLabels = 24;
    /// ... and at the font size in force.
    [[nodiscard]] static QMargins gutters(bool stepLabels);

    explicit ChartPanel(QWidget* parent = nullptr);
    ~ChartPanel() override;

    void setFrame(ChartFrame frame);
    void setHeader(std::vector<HeaderValue> values);
    /// Every value at the cursor, listed beside it; empty: no list.
    void setReadout(std::vector<HeaderValue> values);
    /// Where the crosshair stands, in data coordinates.
    void setCursor(std::optional<double> x);
    /// The lowest panel of a column names the steps.
    void setStepLabels(bool on);
    /// A small widget in the header line, behind the title; the panel takes it as a child.
    void setHeaderControl(QWidget* control);
    /// Old values: they stand in the header at 60 %.
    void setFaded(bool on);
    /// A left drag pans while this is on.
    void setPanning(bool on);
    /// Limits of y; none: those of the data. Forgotten when the axis becomes another.
    void setYRange(const std::optional<YRange>& range);

    /// Without what is hidden.
    [[nodiscard]] const ChartFrame& frame() const { return m_frame; }
    [[nodiscard]] const std::vector<HeaderValue>& header() const { return m_header; }
    [[nodiscard]] const std::vector<HeaderValue>& readout() const { return m_readout; }
    [[nodiscard]] bool faded() const { return m_faded; }
    [[nodiscard]] bool panning() const { return m_panning; }
    [[nodiscard]] bool yZoomed() const { return m_yRange.has_value(); }
    [[nodiscard]] std::optional<double> cursor() const { return m_cursor; }
    [[nodiscard]] const PlotGeometry& geometry() const { return m_geometry; }
    /// Index of the curve under the pointer, -1: none.
    [[nodiscard]] int highlight() const { return m_highlight; }
    /// How often lines and grid were rendered; hovering leaves it as it is.
    [[nodiscard]] int renderCount() const { return m_renders; }

    [[nodiscard]] QSize minimumSizeHint() const override;

  signals:
    void hovered(double x);
    void left();
    void clicked(double x, int rank); ///< rank of the line under the pointer, -1: none
    /// `continued`: part of the gesture before, such as the next notch of a wheel.
    void viewRequested(double first, double last, bool continued);
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
    void keyPressEvent(QKeyEvent* event) override;

  private:
    enum class Drag : unsigned char { None, ZoomX, ZoomBoth, Pan };
    struct XRange {
        double first = 0, last = 1;
    };

    void layoutPlot();
    void placeControl();
    void invalidate();
    void render(const Theme& theme);
    [[nodiscard]] HeaderLine headerLine() const;
    void setHighlight(int curve);
    void setNote(int note);
    void pointAt(QPointF point);
    [[nodiscard]] int rankOf(int curve) const;
    [[nodiscard]] QRectF zoomBox() const;
    [[nodiscard]] XRange view() const;
    void ask(XRange view, bool continued);
    void pan(QPointF to);
    void zoomX(double at, double factor, bool continued);
    void zoomY(double at, double factor);

    ChartCanvas m_canvas;
    ChartFrame m_frame;
    std::vector<HeaderValue> m_header, m_readout;
    PlotGeometry m_geometry;
    std::optional<YRange> m_yRange;
    std::optional<double> m_cursor;
    std::vector<TopMark> m_topMarks;
    QImage m_picture, m_highlighted; ///< the second is null when no curve is under the pointer
    QWidget* m_control = nullptr;
    QSize m_sized;
    bool m_stale = true;
    bool m_stepLabels = false;
    bool m_faded = false;
    bool m_panning = false;
    int m_renders = 0;
    int m_highlight = -1, m_note = -1; ///< indexes into the frame
    Drag m_drag = Drag::None;
    QPointF m_pressed, m_pointer;
    XRange m_dragView; ///< what was visible when a pan began
    Scale m_dragScale;
    bool m_dragged = false;
    std::optional<XRange> m_asked; ///< until a frame answers, the next notch starts from it
    QElapsedTimer m_sinceWheel;
};

} // namespace rankscope::widgets
