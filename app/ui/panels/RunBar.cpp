// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/RunBar.h"

#include "app/ui/RunController.h"
#include "app/ui/panels/StatePill.h"
#include "widgets/common/Icons.h"
#include "widgets/common/Theme.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>
#include <algorithm>

namespace rankscope::ui {

namespace font = widgets::font;

namespace {

/// One of our icons, in the theme's faint text colour.
class IconLabel final : public QWidget {
  public:
    explicit IconLabel(widgets::Icon icon) : m_icon(icon) { setFixedSize(16, 16); }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        widgets::drawIcon(painter, m_icon, QRectF(rect()), widgets::Theme::of(this).text2);
    }

  private:
    widgets::Icon m_icon;
};

} // namespace

RunBar::RunBar(RunController& controller, QWidget* parent)
    : QWidget(parent),
      m_controller(controller),
      m_pill(new StatePill),
      m_name(new QLabel),
      m_summary(new QLabel),
      m_host(new QComboBox),
      m_smooth(new QComboBox),
      m_logY(new QToolButton),
      m_find(new QToolButton) {
    setFixedHeight(39);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_name->setFont(font::text(font::kBody, true));
    m_summary->setObjectName(QStringLiteral("soft"));
    m_host->setAccessibleName(tr("Host"));
    m_host->setToolTip(tr("Shows only the ranks of one host"));
    m_smooth->setAccessibleName(tr("Smoothing"));
    m_smooth->setToolTip(tr("Debiased exponential mean over so many steps; the raw line stays "
                            "behind it"));
    for (const int span : kSmoothings)
        m_smooth->addItem(span == 0 ? tr("Smooth off") : tr("Smooth %1").arg(span), span);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(10);
    row->addWidget(m_pill);
    row->addSpacing(4);
    row->addWidget(m_name);
    row->addWidget(m_summary);
    row->addStretch();
    row->addWidget(m_host);
    row->addWidget(m_smooth);
    row->addWidget(m_logY);
    row->addWidget(m_find);
    m_find->setObjectName(QStringLiteral("find"));
    m_find->setFixedWidth(252);
    connect(m_host, &QComboBox::activated, this, [this](int index) {
        m_controller.setHost(m_host->itemData(index).toString().toStdString());
    });
    connect(m_smooth, &QComboBox::activated, this,
            [this](int index) { m_controller.setSmoothing(m_smooth->itemData(index).toDouble()); });
    connect(&controller, &RunController::changed, this, &RunBar::refresh);
    showControls(false);
}

void RunBar::setRun(const PillText& state, const QString& name, const QString& summary) {
    m_pill->setText(state);
    m_name->setText(name);
    m_summary->setText(summary);
}

void RunBar::setLogY(QAction* action) {
    m_logY->setDefaultAction(action);
}

void RunBar::setFind(QAction* action) {
    m_find->setAccessibleName(action->text());
    m_find->setToolTip(tr("Every command, rank, step and file by a few letters"));
    auto* inside = new QHBoxLayout(m_find);
    inside->setContentsMargins(8, 0, 8, 0);
    auto* words = new QLabel(action->text());
    words->setObjectName(QStringLiteral("soft"));
    auto* keys = new QLabel(action->shortcut().toString(QKeySequence::NativeText));
    keys->setObjectName(QStringLiteral("note"));
    inside->addWidget(new IconLabel(widgets::Icon::Search));
    inside->addWidget(words);
    inside->addStretch();
    inside->addWidget(keys);
    connect(m_find, &QToolButton::clicked, action, &QAction::trigger);
}

void RunBar::showControls(bool on) {
    m_controls = on;
    m_smooth->setVisible(on);
    m_logY->setVisible(on);
    m_host->setVisible(on && m_controller.view().ranks().hosts().size() > 1);
}

void RunBar::refresh() {
    const ViewState& view = m_controller.view();
    refreshHosts();
    m_host->setCurrentIndex(
        std::max(0, m_host->findData(QString::fromStdString(view.ranks().host()))));
    m_smooth->setCurrentIndex(m_smooth->findData(static_cast<int>(view.view().smoothing)));
}

void RunBar::refreshHosts() {
    const auto hosts = m_controller.view().ranks().hosts();
    QStringList wanted, shown;
    for (const std::string& host : hosts)
        wanted.append(QString::fromStdString(host));
    for (int i = 1; i < m_host->count(); ++i)
        shown.append(m_host->itemText(i));
    if (wanted == shown && m_host->count() > 0)
        return;
    m_host->clear();
    m_host->addItem(tr("Host all"));
    for (const QString& host : wanted)
        m_host->addItem(host, host);
    m_host->setVisible(m_controls && wanted.size() > 1);
}

} // namespace rankscope::ui
