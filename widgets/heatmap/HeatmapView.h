// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/HeatmapFrame.h"
#include "widgets/heatmap/HeatmapLayout.h"

#include <QPixmap>
#include <QWidget>
#include <optional>

class QPainter;

namespace rankscope::widgets {

struct Theme;

/// Values in cells. Cells are rendered once per frame into a picture; hovering only draws an
/// outline over it. GUI thread only.
class HeatmapView : public QWidget {
    Q_OBJECT

  public:
    explicit HeatmapView(QWidget* parent = nullptr);

    void setFrame(HeatmapFrame frame);
    /// Keeps to the columns of a map with less room.
    void setWidestMap(double pixels);

    [[nodiscard]] const HeatmapFrame& frame() const { return m_frame; }
    [[nodiscard]] HeatmapLayout cells() const;
    /// "Ranks 3 and 5: +.12 ±.003 (2 sd)"
    [[nodiscard]] QString describe(HeatmapLayout::Cell cell) const;
    /// The value that is coloured: 0 when it is within 2 sd of its error.
    [[nodiscard]] double shownValue(int row, int column) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {300, 80}; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

  signals:
    void hovered(const QString& text); ///< empty: left
    void clicked(int row, int column); ///< also by Enter; -1: on a label of the other
    void reached(int row, int column); ///< by the arrow keys
    void mapWidthChanged(double pixels);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

    /// What changes without the cells: over the picture.
    virtual void paintOverlay(QPainter& painter, const HeatmapLayout& layout, const Theme& theme);
    void setHover(std::optional<HeatmapLayout::Cell> cell);
    [[nodiscard]] std::optional<HeatmapLayout::Cell> hover() const { return m_hover; }
    void invalidate();

  private:
    void renderPicture(const HeatmapLayout& layout, const Theme& theme);
    [[nodiscard]] QString nameOf(HeatmapLayout::Cell cell) const;

    HeatmapFrame m_frame;
    QPixmap m_picture;
    double m_widest = 1e9;
    bool m_stale = true;
    std::optional<HeatmapLayout::Cell> m_hover;
};

} // namespace rankscope::widgets
