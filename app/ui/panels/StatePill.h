// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/models/RunText.h"

#include <QWidget>

namespace rankscope::ui {

/// The run's state as a word and a shape.
class StatePill final : public QWidget {
    Q_OBJECT

  public:
    explicit StatePill(QWidget* parent = nullptr);

    void setText(const PillText& text);
    [[nodiscard]] QString text() const { return QString::fromStdString(m_text.text); }

    [[nodiscard]] QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    PillText m_text{Pill::Waiting, "WAITING"};
};

} // namespace rankscope::ui
