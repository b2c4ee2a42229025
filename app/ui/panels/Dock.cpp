// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/Dock.h"

#include "app/ui/panels/IconButton.h"
#include "widgets/common/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace rankscope::ui {
namespace font = widgets::font;

namespace {

/// The dock's layout goes by hints alone.
class TitleBar final : public QWidget {
  public:
    using QWidget::QWidget;
    [[nodiscard]] QSize sizeHint() const override { return {200, 26}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, 26}; }
};

} // namespace

Dock::Dock(const char* id, const QString& name, QWidget* content, QWidget* parent)
    : QDockWidget(name, parent),
      m_place(new QLabel),
      m_right(new QLabel) {
    setObjectName(QLatin1String(id));
    setAllowedAreas(Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea);
    auto* bar = new TitleBar(this);
    bar->setObjectName(QStringLiteral("dockTitle"));
    bar->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(12, 0, 6, 0);
    row->setSpacing(8);
    auto* title = new QLabel(name);
    title->setFont(font::text(font::kBody, true));
    m_place->setObjectName(QStringLiteral("note"));
    m_right->setObjectName(QStringLiteral("note"));
    auto* floating = new IconButton(widgets::Icon::Float, tr("Float %1").arg(name));
    auto* closing = new IconButton(widgets::Icon::Close, tr("Close %1").arg(name));
    for (QToolButton* button : {floating, closing}) {
        button->setObjectName(QStringLiteral("bare"));
        button->setFixedSize(18, 18);
        button->setIconSize({14, 14});
        button->setFocusPolicy(Qt::NoFocus);
    }
    row->addWidget(title);
    row->addWidget(m_place);
    row->addStretch();
    row->addWidget(m_right);
    row->addWidget(floating);
    row->addWidget(closing);
    connect(floating, &QToolButton::clicked, this, [this] { setFloating(!isFloating()); });
    connect(closing, &QToolButton::clicked, this, &QWidget::hide);
    setTitleBarWidget(bar);
    setWidget(content);
}

void Dock::setPlace(const QString& text) {
    m_place->setText(text);
}

void Dock::setRemark(const QString& text) {
    m_remark = text;
    refresh();
}

void Dock::setHoverText(const QString& text) {
    m_hover = text;
    refresh();
}

void Dock::refresh() {
    m_right->setText(m_hover.isEmpty() ? m_remark : m_hover);
}

} // namespace rankscope::ui
