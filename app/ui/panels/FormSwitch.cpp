// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/FormSwitch.h"

#include "widgets/common/Theme.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace rankscope::ui {

FormSwitch::FormSwitch(const QString& first, const QString& second, QWidget* parent)
    : QWidget(parent),
      m_first(new QToolButton),
      m_second(new QToolButton) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    setStyleSheet(QStringLiteral("QToolButton { min-height: 16px; padding: 0 6px; }"
                                 "QToolButton:focus { min-height: 14px; padding: 0 5px; }"));
    m_first->setText(first);
    m_second->setText(second);
    for (QToolButton* button : {m_first, m_second}) {
        button->setCheckable(true);
        button->setFont(widgets::font::text(widgets::font::kAxis));
        row->addWidget(button);
    }
    m_first->setChecked(true);
    // Not an exclusive group: of that, Tab would reach only the button that is checked.
    for (const bool which : {false, true})
        connect(button(which), &QToolButton::clicked, this, [this, which] {
            setSecond(which);
            emit switched(which);
        });
}

void FormSwitch::setSecond(bool on) {
    m_first->setChecked(!on);
    m_second->setChecked(on);
}

} // namespace rankscope::ui
