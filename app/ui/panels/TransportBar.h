// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <cstdint>

class QComboBox;
class QLabel;
class QPushButton;

namespace rankscope::ui {

class IconButton;

/// Buttons for walking through a run, and where one is.
class TransportBar final : public QWidget {
    Q_OBJECT

  public:
    struct State {
        bool live = false;    ///< a run that grows
        bool held = false;    ///< live, but the picture is held
        bool playing = false; ///< replay is running
        std::uint64_t newSteps = 0;
        double cursor = 0, last = 0, viewFirst = 0, viewLast = 0;
        bool empty = true;
    };

    explicit TransportBar(QWidget* parent = nullptr);

    void setState(const State& state);
    [[nodiscard]] double speed() const; ///< steps per second
    [[nodiscard]] QString liveText() const;

  signals:
    void firstClicked();
    void stepClicked(int steps);
    void playClicked();
    void liveClicked();
    void speedChanged(double stepsPerSecond);

  private:
    IconButton* m_play;
    QPushButton* m_live;
    QComboBox* m_speed;
    QLabel* m_where;
};

} // namespace rankscope::ui
