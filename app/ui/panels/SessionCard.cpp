// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/SessionCard.h"

#include "app/ui/panels/IconButton.h"
#include "widgets/common/Icons.h"
#include "widgets/common/Theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>

namespace rankscope::ui {

namespace font = widgets::font;

namespace {

constexpr int kSwatch = 26;

Qt::PenStyle penStyle(widgets::Dash dash) {
    switch (dash) {
    case widgets::Dash::Solid:
        return Qt::SolidLine;
    case widgets::Dash::Long:
        return Qt::DashLine;
    case widgets::Dash::Short:
        return Qt::DotLine;
    }
    return Qt::SolidLine;
}

} // namespace

SessionCard::SessionCard(QWidget* parent)
    : QWidget(parent),
      m_title(new QLabel),
      m_detail(new QLabel),
      m_close(new IconButton(widgets::Icon::Close, tr("Close this session"))) {
    m_title->setFont(font::text(font::kList, true));
    m_title->setTextFormat(Qt::PlainText);
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setObjectName(QStringLiteral("soft"));
    m_detail->setWordWrap(true);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_close->setObjectName(QStringLiteral("bare"));
    m_close->setFixedSize(18, 18);
    m_close->setIconSize({14, 14});
    m_close->setFocusPolicy(Qt::TabFocus);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(12 + kSwatch + 10, 9, 8, 8);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(2);
    grid->addWidget(m_title, 0, 0);
    grid->addWidget(m_close, 0, 1);
    grid->addWidget(m_detail, 1, 0, 1, 2);
    grid->setColumnStretch(0, 1);
    connect(m_close, &QToolButton::clicked, this, &SessionCard::closeRequested);
}

void SessionCard::setSession(const SessionText& text, CompareStyle style) {
    m_style = style;
    m_failed = text.failed;
    m_title->setText(QString::fromStdString(text.title));
    m_detail->setText(QString::fromStdString(text.detail));
    setToolTip(QString::fromStdString(text.file).toHtmlEscaped());
    setAccessibleName(title());
    setAccessibleDescription(detail());
    m_close->setAccessibleName(tr("Close %1").arg(title()));
    update();
}

QString SessionCard::title() const {
    return m_title->text();
}

QString SessionCard::detail() const {
    return m_detail->text();
}

void SessionCard::paintEvent(QPaintEvent*) {
    const auto& theme = widgets::Theme::of(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_failed ? theme.lost : theme.border, 1));
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    const double y = m_title->geometry().center().y() + 0.5;
    if (m_failed) {
        widgets::drawIcon(painter, widgets::Icon::LostCross, QRectF(16, y - 8, 16, 16), theme.lost);
        return;
    }
    QPen pen(theme.ink(m_style.ink), 2, penStyle(m_style.dash), Qt::FlatCap);
    if (m_style.dash == widgets::Dash::Long)
        pen.setDashPattern({3, 1.5});
    painter.setPen(pen);
    painter.drawLine(QPointF(12, y), QPointF(12 + kSwatch, y));
}

} // namespace rankscope::ui
