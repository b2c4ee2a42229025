// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <Qt>
#include <string>

class QPainter;

namespace rankscope::widgets {

/// A one pixel line lies on pixel centres.
[[nodiscard]] double crisp(double v);

/// One line of UTF-8 text in the painter's font and pen; not cut off by the box.
void paintText(QPainter& painter, const QRectF& box, Qt::Alignment alignment,
               const std::string& text);

} // namespace rankscope::widgets
