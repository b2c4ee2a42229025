// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"

#include <QRectF>
#include <QString>
#include <vector>

class QPainter;

namespace rankscope::widgets {

/// What the line above a plot is made of, from the left: title, room for a control, mark, unit;
/// and from the right: values.
struct HeaderLine {
    QRectF line;
    double control = 0; ///< pixels
    QString mark;       ///< what the user did to the panel: "y zoomed"
    double opacity = 1; ///< of the values
};

/// Where there is little room the unit is elided, and values are left out from the left.
void paintHeader(QPainter& painter, const ChartFrame& frame, const std::vector<HeaderValue>& values,
                 const HeaderLine& header, const Theme& theme);

/// Width of the title in the header line.
[[nodiscard]] double titleWidth(const ChartFrame& frame);
/// Where the mark stands; empty without one.
[[nodiscard]] QRectF markBox(const ChartFrame& frame, const HeaderLine& header);

} // namespace rankscope::widgets
