// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QRectF>

class QPainter;

namespace rankscope::widgets {

/// Drawn, not loaded: one stroke weight, one colour, crisp at every scale.
enum class Icon : unsigned char {
    First,
    Back,
    Play,
    Pause,
    Forward,
    Last,
    Copy,
    Open,
    Close,
    Float,
    LiveDot,
    WaitingRing,
    StaleClock,
    LostCross,
    Ended,
    FindingExact, ///< two rules: an exact fact
    Diamond,
    Search,
};

/// Draws on a grid of 16 x 16 scaled into `box`.
void drawIcon(QPainter& painter, Icon icon, const QRectF& box, const QColor& colour);

[[nodiscard]] QIcon makeIcon(Icon icon, const QColor& colour, int pixels = 16);

} // namespace rankscope::widgets
