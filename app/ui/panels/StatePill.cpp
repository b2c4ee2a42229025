// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/StatePill.h"

#include "widgets/common/Icons.h"
#include "widgets/common/Theme.h"

#include <QFontMetrics>
#include <QPainter>

namespace rankscope::ui {
namespace {

using widgets::Icon;

Icon iconOf(Pill pill) {
    switch (pill) {
    case Pill::Live:
        return Icon::LiveDot;
    case Pill::Paused:
        return Icon::Pause;
    case Pill::Replay:
        return Icon::Play;
    case Pill::Stale:
        return Icon::StaleClock;
    case Pill::Waiting:
        return Icon::WaitingRing;
    case Pill::Ended:
        return Icon::Ended;
    case Pill::Lost:
        return Icon::LostCross;
    }
    return Icon::WaitingRing;
}

QFont pillFont() {
    return widgets::font::text(widgets::font::kBody, true);
}

} // namespace

StatePill::StatePill(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("State of the run"));
}

void StatePill::setText(const PillText& text) {
    if (text.pill == m_text.pill && text.text == m_text.text)
        return;
    m_text = text;
    setAccessibleDescription(this->text());
    updateGeometry();
    update();
}

QSize StatePill::sizeHint() const {
    return {QFontMetrics(pillFont()).horizontalAdvance(text()) + 38, 24};
}

void StatePill::paintEvent(QPaintEvent*) {
    const auto& theme = widgets::Theme::of(this);
    const bool live = m_text.pill == Pill::Live;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool lost = m_text.pill == Pill::Lost;
    painter.setPen(QPen(live ? theme.chosen : lost ? theme.lost : theme.border, 1));
    painter.setBrush(live ? theme.selectedRow : theme.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 11.5, 11.5);
    widgets::drawIcon(painter, iconOf(m_text.pill), QRectF(7, 4, 16, 16),
                      live   ? theme.chosen
                      : lost ? theme.lost
                             : theme.text1);
    painter.setFont(pillFont());
    painter.setPen(theme.text1);
    painter.drawText(rect().adjusted(26, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
}

} // namespace rankscope::ui
