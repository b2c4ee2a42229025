// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QPainter;
class QWidget;

namespace rankscope::widgets {

/// Two pixels of the chosen colour along the widget's edge while it has the keyboard's focus.
void paintFocusRing(QPainter& painter, const QWidget& widget);

} // namespace rankscope::widgets
