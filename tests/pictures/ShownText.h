// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRectF>
#include <QString>
#include <vector>

class QImage;
class QWidget;

namespace rankscope::pictures {

/// A piece of text as a widget has painted it, whatever widget that is.
struct ShownText {
    QString text;
    QRectF ink;     ///< where its letters are, in the window
    QRectF visible; ///< what of the window could be painted on
    QColor colour;
    double pixels = 0; ///< size of the font
    bool medium = false;
    bool scrolls = false; ///< in something that scrolls: may be cut at top and bottom
    const QWidget* widget = nullptr;
};

/// All text that the window and its children paint now. Text within pictures that a widget keeps
/// is not found.
[[nodiscard]] std::vector<ShownText> shownText(QWidget& window);

/// Contrast by WCAG 2 between the text and what is around it in `picture` of the window.
[[nodiscard]] double contrastOf(const ShownText& text, const QImage& picture);
/// That WCAG AA asks for.
[[nodiscard]] double neededContrast(const ShownText& text);

} // namespace rankscope::pictures
