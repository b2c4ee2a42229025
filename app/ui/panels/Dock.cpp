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

constexpr int kMargin = 12, kSpacing = 6, kButton = 18;

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
      m_row(new QHBoxLayout),
      m_title(new QLabel(name)),
      m_place(new QLabel),
      m_right(new QLabel) {
    setObjectName(QLatin1String(id));
    setAllowedAreas(Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea);
    auto* bar = new TitleBar(this);
    bar->setObjectName(QStringLiteral("dockTitle"));
    bar->setAttribute(Qt::WA_StyledBackground);
    bar->setLayout(m_row);
    m_row->setContentsMargins(kMargin, 0, kSpacing, 0);
    m_row->setSpacing(kSpacing);
    m_title->setFont(font::text(font::kBody, true));
    m_place->setObjectName(QStringLiteral("note"));
    m_right->setObjectName(QStringLiteral("note"));
    auto* floating = new IconButton(widgets::Icon::Float, tr("Float %1").arg(name));
    auto* closing = new IconButton(widgets::Icon::Close, tr("Close %1").arg(name));
    for (QToolButton* button : {floating, closing}) {
        button->setObjectName(QStringLiteral("bare"));
        button->setFixedSize(kButton, kButton);
        button->setIconSize({14, 14});
        button->setFocusPolicy(Qt::NoFocus);
    }
    m_row->addWidget(m_title);
    m_row->addWidget(m_place);
    m_row->addStretch();
    m_row->addWidget(m_right);
    m_row->addWidget(floating);
    m_row->addWidget(closing);
    connect(floating, &QToolButton::clicked, this, [this] { setFloating(!isFloating()); });
    connect(closing, &QToolButton::clicked, this, &QWidget::hide);
    setTitleBarWidget(bar);
    setWidget(content);
}

void Dock::addControl(QWidget* control) {
    m_controls << control;
    m_row->insertWidget(m_row->count() - 2, control); // before float and close
    refresh();
}

void Dock::setPlace(const QString& text) {
    m_place->setText(text);
    refresh();
}

void Dock::setRemark(const QString& text) {
    m_remark = text;
    refresh();
}

void Dock::setHoverText(const QString& text) {
    m_hover = text;
    refresh();
}

QString Dock::rightText() const {
    return m_right->isHidden() ? QString() : m_right->text();
}

void Dock::resizeEvent(QResizeEvent* event) {
    QDockWidget::resizeEvent(event);
    refresh();
}

void Dock::refresh() {
    m_right->setText(m_hover.isEmpty() ? m_remark : m_hover);
    int room = width() - kMargin - 3 * kSpacing - 2 * kButton - m_title->sizeHint().width();
    for (QWidget* control : m_controls) {
        control->setVisible(m_hover.isEmpty());
        if (m_hover.isEmpty())
            room -= control->sizeHint().width() + kSpacing;
    }
    const auto show = [&](QLabel* label, bool anyway) {
        const int wanted = label->sizeHint().width() + kSpacing;
        const bool shown = !label->text().isEmpty() && (anyway || wanted <= room);
        label->setVisible(shown);
        room -= shown ? wanted : 0;
    };
    if (!m_hover.isEmpty())
        show(m_right, true);
    show(m_place, false);
    if (m_hover.isEmpty())
        show(m_right, false);
}

} // namespace rankscope::ui
