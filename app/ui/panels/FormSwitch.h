// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QToolButton;

namespace rankscope::ui {

/// Two words side by side, one of which holds: which of two forms a panel has.
class FormSwitch final : public QWidget {
    Q_OBJECT

  public:
    FormSwitch(const QString& first, const QString& second, QWidget* parent = nullptr);

    void setSecond(bool on);
    [[nodiscard]] QToolButton* button(bool second) const { return second ? m_second : m_first; }

  signals:
    void switched(bool second); ///< by the user

  private:
    QToolButton *m_first, *m_second;
};

} // namespace rankscope::ui
