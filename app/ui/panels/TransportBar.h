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
        bool loops = false;   ///< playback repeats what is visible
        double pace = 0;      ///< at which the run was recorded, steps per second; 0: unknown
        std::uint64_t newSteps = 0;
        double cursor = 0, last = 0, viewFirst = 0, viewLast = 0;
        bool empty = true;
    };

    explicit TransportBar(QWidget* parent = nullptr);

    void setState(const State& state);
    [[nodiscard]] double speed() const; ///< steps per second
    [[nodiscard]] QString liveText() const;
    [[nodiscard]] QPushButton* loopButton() const { return m_loop; }

  signals:
    void firstClicked();
    void lastClicked();
    void stepClicked(int steps);
    void playClicked();
    void liveClicked();
    void loopToggled(bool on); ///< by the user
    void speedChanged(double stepsPerSecond);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void offerPace(double stepsPerSecond);

    State m_state;
    IconButton* m_play;
    QPushButton *m_live, *m_loop;
    QComboBox* m_speed;
    QLabel* m_where;
    double m_pace = 0;
};

} // namespace rankscope::ui
