// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/RunBar.h"

#include "app/ui/RunController.h"
#include "app/ui/panels/StatePill.h"
#include "widgets/common/Theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <algorithm>

namespace rankscope::ui {

namespace font = widgets::font;

RunBar::RunBar(RunController& controller, QWidget* parent)
    : QWidget(parent),
      m_controller(controller),
      m_pill(new StatePill),
      m_name(new QLabel),
      m_summary(new QLabel),
      m_host(new QComboBox),
      m_smooth(new QComboBox),
      m_logY(new QToolButton) {
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

void RunBar::showControls(bool on) {
    m_controls = on;
    m_smooth->setVisible(on);
    m_logY->setVisible(on);
    m_host->setVisible(on && m_controller.view().ranks().hosts().size() > 1);
}

void RunBar::refresh() {
    const ViewState& view = m_controller.view();
    QStringList hosts;
    for (const std::string& host : view.ranks().hosts())
        hosts.append(QString::fromStdString(host));
    if (hosts.size() + 1 != m_host->count() || m_host->property("hosts").toStringList() != hosts) {
        m_host->setProperty("hosts", hosts);
        m_host->clear();
        m_host->addItem(tr("Host all"));
        for (const QString& host : hosts)
            m_host->addItem(host, host);
        m_host->setVisible(m_controls && hosts.size() > 1);
    }
    m_host->setCurrentIndex(
        std::max(0, m_host->findData(QString::fromStdString(view.ranks().host()))));
    m_smooth->setCurrentIndex(m_smooth->findData(static_cast<int>(view.view().smoothing)));
}

} // namespace rankscope::ui
