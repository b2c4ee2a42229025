// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/SessionsPane.h"

#include "app/ui/panels/SessionCard.h"

#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace rankscope::ui {

SessionsPane::SessionsPane(QWidget* parent)
    : QWidget(parent),
      m_list(new QVBoxLayout),
      m_inside(new QWidget),
      m_place(new QPushButton(tr("Drop another session here"))) {
    auto* column = new QVBoxLayout(m_inside);
    column->setContentsMargins(12, 8, 12, 10);
    column->setSpacing(8);
    m_list->setSpacing(8);
    column->addLayout(m_list);
    m_place->setObjectName(QStringLiteral("dropPlace"));
    m_place->setToolTip(tr("Or click to choose session files"));
    column->addWidget(m_place);
    column->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_inside);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
    connect(m_place, &QPushButton::clicked, this, &SessionsPane::openRequested);
}

int SessionsPane::fullHeight() const {
    return m_inside->sizeHint().height() + 8;
}

void SessionsPane::setFrame(const engine::CompareFrame& frame) {
    while (m_cards.size() > frame.sessions.size()) {
        m_cards.back()->deleteLater(); // it may be its button that asked for this
        m_cards.back()->hide();
        m_cards.pop_back();
    }
    while (m_cards.size() < frame.sessions.size()) {
        const std::size_t number = m_cards.size();
        auto* card = new SessionCard;
        connect(card, &SessionCard::closeRequested, this,
                [this, number] { emit closeRequested(number); });
        m_list->addWidget(card);
        card->show(); // counts in the height at once
        m_cards.push_back(card);
    }
    for (std::size_t i = 0; i < m_cards.size(); ++i)
        m_cards[i]->setSession(sessionText(frame.sessions[i], frame),
                               compareStyle(sideOf(i, frame)));
}

} // namespace rankscope::ui
