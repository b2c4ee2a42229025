// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/Icons.h"

#include <QToolButton>

namespace rankscope::ui {

/// A button with one of our icons in the theme's secondary text colour.
class IconButton final : public QToolButton {
    Q_OBJECT

  public:
    IconButton(widgets::Icon icon, const QString& name, QWidget* parent = nullptr);

    void setIconKind(widgets::Icon icon);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void draw();

    widgets::Icon m_icon;
};

} // namespace rankscope::ui
