// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace rankscope::ui {

/// What stands in the window before there is a run: how to get one.
class EmptyPane final : public QWidget {
    Q_OBJECT

  public:
    explicit EmptyPane(QWidget* parent = nullptr);

    /// Where ranks can call; empty: nowhere.
    void setListening(const QString& endpoint);
    [[nodiscard]] QString listeningText() const;

  signals:
    void openRequested();

  private:
    [[nodiscard]] QWidget* watchCard();
    [[nodiscard]] QWidget* openCard();
    void addSnippet(QVBoxLayout* column, const QString& words, const QString& code);
    void tick();

    QLabel* m_listening;
    QLabel* m_elapsed;
    QTimer m_timer;
    QElapsedTimer m_since;
};

} // namespace rankscope::ui
