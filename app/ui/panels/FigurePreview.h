// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"

#include <QWidget>
#include <optional>

namespace rankscope::ui {

/// A figure as it will be on paper, as large as there is room; or why there is none.
class FigurePreview final : public QWidget {
    Q_OBJECT

  public:
    explicit FigurePreview(QWidget* parent = nullptr);

    void setDrawing(const figures::Drawing& drawing);
    void setProblem(const QString& words);
    [[nodiscard]] const std::optional<figures::Drawing>& drawing() const { return m_drawing; }

    [[nodiscard]] QSize sizeHint() const override { return {320, 260}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 140}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    std::optional<figures::Drawing> m_drawing;
    QString m_problem;
};

} // namespace rankscope::ui
