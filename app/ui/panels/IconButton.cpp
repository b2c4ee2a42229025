// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/IconButton.h"

#include "widgets/common/Theme.h"

#include <QEvent>

namespace rankscope::ui {

IconButton::IconButton(widgets::Icon icon, const QString& name, QWidget* parent)
    : QToolButton(parent),
      m_icon(icon) {
    setProperty("glyph", true);
    setAccessibleName(name);
    setToolTip(name);
    setIconSize({18, 18});
    draw();
}

void IconButton::setIconKind(widgets::Icon icon) {
    if (icon == m_icon)
        return;
    m_icon = icon;
    draw();
}

void IconButton::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange)
        draw();
    QToolButton::changeEvent(event);
}

void IconButton::draw() {
    setIcon(widgets::makeIcon(m_icon, widgets::Theme::of(this).text2, iconSize().width()));
}

} // namespace rankscope::ui
