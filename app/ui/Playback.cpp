// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/Playback.h"

#include <cmath>

namespace rankscope::ui {

Playback::Playback(QObject* parent) : QObject(parent) {
    m_timer.setInterval(16);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Playback::tick);
}

void Playback::setSpeed(double stepsPerSecond) {
    m_speed = stepsPerSecond;
}

void Playback::start() {
    m_owed = 0;
    m_clock.start();
    m_timer.start();
}

void Playback::stop() {
    m_timer.stop();
}

void Playback::tick() {
    m_owed += m_speed * static_cast<double>(m_clock.nsecsElapsed()) * 1e-9;
    m_clock.restart();
    const double whole = std::floor(m_owed);
    if (whole < 1)
        return;
    m_owed -= whole;
    emit advanced(static_cast<quint64>(whole));
}

} // namespace rankscope::ui
