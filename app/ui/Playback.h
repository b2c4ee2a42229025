// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace rankscope::ui {

/// Turns time into steps for replay: says how many have passed since it last said so.
class Playback final : public QObject {
    Q_OBJECT

  public:
    explicit Playback(QObject* parent = nullptr);

    void setSpeed(double stepsPerSecond);
    void start();
    void stop();
    [[nodiscard]] bool running() const { return m_timer.isActive(); }

  signals:
    void advanced(quint64 steps);

  private:
    void tick();

    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_speed = 20; ///< steps per second
    double m_owed = 0;   ///< steps, with the fraction that was not told yet
};

} // namespace rankscope::ui
