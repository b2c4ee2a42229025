// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/TransportBar.h"

#include "app/ui/panels/IconButton.h"
#include "widgets/common/NumberText.h"
#include "widgets/common/Theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <array>
#include <cmath>

namespace rankscope::ui {
namespace {

using widgets::Icon;

constexpr std::array kSpeeds{1, 5, 20, 100, 500}; ///< steps per second
constexpr std::array kTimes{1, 10};               ///< the recorded pace

QString stepText(double step) {
    return QString::fromStdString(widgets::fixedText(std::round(step), 0));
}

} // namespace

TransportBar::TransportBar(QWidget* parent)
    : QWidget(parent),
      m_live(new QPushButton(tr("Live"))),
      m_loop(new QPushButton(tr("Loop"))),
      m_speed(new QComboBox),
      m_where(new QLabel) {
    setFixedWidth(312);
    setObjectName(QStringLiteral("transport"));
    setAttribute(Qt::WA_StyledBackground);
    auto* first = new IconButton(Icon::First, tr("First step (Home)"));
    auto* back = new IconButton(Icon::Back, tr("One step back (Left)"));
    m_play = new IconButton(Icon::Play, tr("Play or pause (Space)"));
    auto* forward = new IconButton(Icon::Forward, tr("One step forward (Right)"));
    auto* last = new IconButton(Icon::Last, tr("Last step (End)"));
    m_live->setCheckable(true);
    m_live->setFixedWidth(84);
    m_live->setToolTip(tr("Follow the newest step (L)"));
    m_loop->setCheckable(true);
    m_loop->setToolTip(tr("Playback repeats the visible steps"));
    m_speed->setAccessibleName(tr("Speed of replay"));
    m_speed->setToolTip(tr("Speed of replay, in steps per second or times the recorded pace"));
    m_speed->setFixedWidth(68);
    for (const int speed : kSpeeds)
        m_speed->addItem(tr("%1 / s").arg(speed), speed);
    m_speed->setCurrentIndex(2);
    m_where->setObjectName(QStringLiteral("soft"));
    m_where->setTextFormat(Qt::RichText);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 8);
    column->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    for (IconButton* button : {first, back, m_play, forward, last}) {
        button->setFixedSize(28, 24);
        button->setFocusPolicy(Qt::TabFocus);
        row->addWidget(button);
    }
    row->addSpacing(6);
    row->addWidget(m_live);
    row->addWidget(m_speed);
    row->addWidget(m_loop);
    row->addStretch();
    column->addLayout(row);
    column->addWidget(m_where);
    column->addStretch();

    connect(first, &QToolButton::clicked, this, &TransportBar::firstClicked);
    connect(back, &QToolButton::clicked, this, [this] { emit stepClicked(-1); });
    connect(forward, &QToolButton::clicked, this, [this] { emit stepClicked(1); });
    connect(last, &QToolButton::clicked, this, &TransportBar::lastClicked);
    connect(m_loop, &QPushButton::clicked, this, &TransportBar::loopToggled);
    connect(m_play, &QToolButton::clicked, this, &TransportBar::playClicked);
    connect(m_live, &QPushButton::clicked, this, &TransportBar::liveClicked);
    connect(m_speed, &QComboBox::currentIndexChanged, this, [this] { emit speedChanged(speed()); });
    setState({});
}

double TransportBar::speed() const {
    return m_speed->currentData().toDouble();
}

QString TransportBar::liveText() const {
    return m_live->text();
}

/// Adds, moves or takes away the speeds that are multiples of the recorded pace.
void TransportBar::offerPace(double stepsPerSecond) {
    if (stepsPerSecond == m_pace)
        return;
    m_pace = stepsPerSecond;
    const QSignalBlocker quiet(m_speed);
    const int fixed = static_cast<int>(kSpeeds.size());
    const int current = m_speed->currentIndex();
    while (m_speed->count() > fixed)
        m_speed->removeItem(fixed);
    for (const int times : kTimes)
        if (m_pace > 0)
            m_speed->addItem(tr("%1 \u00D7").arg(times), times * m_pace);
    if (current < m_speed->count())
        m_speed->setCurrentIndex(current);
    if (current >= fixed)
        emit speedChanged(speed());
}

void TransportBar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        setState(State(m_state)); // the strong words have a colour of their own
}

void TransportBar::setState(const State& state) {
    m_state = state;
    const bool running = state.live ? !state.held : state.playing;
    m_play->setIconKind(running ? Icon::Pause : Icon::Play);
    m_live->setVisible(state.live);
    m_live->setChecked(state.live && !state.held);
    m_live->setText(
        state.newSteps > 0
            ? tr("Live +%1").arg(QString::fromStdString(widgets::countText(state.newSteps)))
            : tr("Live"));
    m_speed->setVisible(!state.live);
    m_loop->setVisible(!state.live);
    m_loop->setChecked(state.loops);
    if (!state.live)
        offerPace(state.pace);
    if (state.empty) {
        m_where->clear();
        return;
    }
    const QString strong = QStringLiteral("<span style='font-weight:500; color:%1'>%2</span>");
    const QString ink = widgets::Theme::of(this).text1.name();
    m_where->setText(tr("Cursor %1 &nbsp; %2 %3 &nbsp; view %4 to %5")
                         .arg(strong.arg(ink, stepText(state.cursor)),
                              state.live ? tr("newest") : tr("of"),
                              strong.arg(ink, stepText(state.last)), stepText(state.viewFirst),
                              stepText(state.viewLast)));
}

} // namespace rankscope::ui
