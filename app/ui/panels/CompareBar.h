// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;

namespace rankscope::ui {

class CompareController;
class FormSwitch;
class StatePill;

/// The line above a comparison: how many sessions, and how they are put side by side.
class CompareBar final : public QWidget {
    Q_OBJECT

  public:
    explicit CompareBar(CompareController& controller, QWidget* parent = nullptr);

    void refresh();

    [[nodiscard]] StatePill* pill() const { return m_pill; }
    [[nodiscard]] FormSwitch* form() const { return m_form; }
    [[nodiscard]] QComboBox* align() const { return m_align; }
    [[nodiscard]] QComboBox* smooth() const { return m_smooth; }
    [[nodiscard]] QComboBox* spread() const { return m_spread; } ///< hidden side by side
    [[nodiscard]] QComboBox* base() const { return m_base; }
    [[nodiscard]] QComboBox* other() const { return m_other; } ///< hidden with two sides

  private:
    void refreshSides();

    CompareController& m_controller;
    StatePill* m_pill;
    QLabel *m_title, *m_detail;
    FormSwitch* m_form;
    QComboBox *m_spread, *m_align, *m_smooth, *m_base, *m_other;
};

} // namespace rankscope::ui
