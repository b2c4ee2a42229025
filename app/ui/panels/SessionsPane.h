// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/compare/CompareFrame.h"

#include <QStringList>
#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace rankscope::ui {

class SessionCard;

/// The sessions that are compared, each with its line's look, and a place to drop another.
class SessionsPane final : public QWidget {
    Q_OBJECT

  public:
    explicit SessionsPane(QWidget* parent = nullptr);

    void setFrame(const engine::CompareFrame& frame);

    [[nodiscard]] const std::vector<SessionCard*>& cards() const { return m_cards; }
    [[nodiscard]] QPushButton* place() const { return m_place; }
    [[nodiscard]] int fullHeight() const; ///< that shows everything

  signals:
    void closeRequested(std::size_t session);
    void openRequested();

  private:
    std::vector<SessionCard*> m_cards;
    QVBoxLayout* m_list;
    QWidget* m_inside;
    QPushButton* m_place;
};

} // namespace rankscope::ui
