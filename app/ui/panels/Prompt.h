// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QPoint>
#include <QString>
#include <functional>

class QLabel;
class QLineEdit;

namespace rankscope::ui {

/// Asks for one line of text inside the window: Enter takes it, Esc or a click elsewhere does not.
/// Nothing else waits for the answer.
class Prompt final : public QFrame {
    Q_OBJECT

  public:
    explicit Prompt(QWidget* window);

    struct Question {
        QString what;        ///< "Note at step 84"
        QString text;        ///< to begin with
        QString placeholder; ///< an example
        QPoint at;           ///< top left, in the window; null: below the bar, in its middle
    };
    /// An earlier question that is still open gets no answer.
    void ask(const Question& question, std::function<void(const QString&)> answer);

    [[nodiscard]] QLineEdit* field() const { return m_field; }
    [[nodiscard]] QString question() const;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void finish(bool taken);

    QLabel* m_what;
    QLineEdit* m_field;
    std::function<void(const QString&)> m_answer;
    QWidget* m_focusBefore = nullptr;
};

} // namespace rankscope::ui
