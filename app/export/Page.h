// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"
#include "widgets/common/Theme.h"
#include "widgets/frames/ChartFrame.h"
#include "widgets/frames/HeatmapFrame.h"

#include <string>
#include <variant>
#include <vector>

/// Panels side by side and one above the other, as one figure.
namespace rankscope::figures {

struct Panel {
    std::variant<widgets::ChartFrame, widgets::HeatmapFrame> content;
    std::string heading{}; ///< above the plot; may be empty
    /// Charts with the same number show one quantity: they share the limits of y, and neighbours
    /// name them at the left only. -1: shares with none.
    int quantity = -1;
};

/// Plots of a column line up, and so do those of a row. Several panels are lettered a, b, c.
/// Charts that lie over a chart of the same steps leave the labels to it.
struct Page {
    std::vector<Panel> panels; ///< row by row
    int columns = 1;
    std::string title, description; ///< for readers that cannot see it
};

/// Height in mm that suits the page at this width.
[[nodiscard]] double pageHeight(const Page& page, double width);

/// `size`: in mm.
[[nodiscard]] Drawing compose(const Page& page, QSizeF size, const widgets::Theme& theme);

} // namespace rankscope::figures
