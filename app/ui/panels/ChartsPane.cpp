// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/ChartsPane.h"

#include "app/ui/panels/FormSwitch.h"
#include "app/ui/panels/PanKey.h"
#include "widgets/charts/ChartPanel.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace rankscope::ui {

using widgets::ChartPanel;

ChartsPane::ChartsPane(QWidget* parent)
    : QWidget(parent),
      m_normForm(new FormSwitch(tr("std \u00F7 mean"), tr("norms"))),
      m_panKey(new PanKey(this)) {
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(0);
    // The loss is read first and gets the most room.
    static constexpr std::array kStretch{25, 14, 18, 11};
    for (const ChartKind kind : kCharts) {
        auto* panel = new ChartPanel(this);
        m_panels[static_cast<std::size_t>(kind)] = panel;
        column->addWidget(panel, kStretch[static_cast<std::size_t>(kind)]);
        connect(panel, &ChartPanel::hovered, this, &ChartsPane::hovered);
        connect(panel, &ChartPanel::left, this, &ChartsPane::left);
        connect(panel, &ChartPanel::clicked, this, &ChartsPane::clicked);
        connect(panel, &ChartPanel::viewRequested, this, &ChartsPane::viewRequested);
        connect(panel, &ChartPanel::resetRequested, this, [this] {
            resetY();
            emit resetRequested();
        });
        connect(m_panKey, &PanKey::held, panel, &ChartPanel::setPanning);
        connect(panel, &ChartPanel::viewRequested, m_panKey, &PanKey::use);
        connect(panel, &ChartPanel::contextRequested, this,
                [this, kind](QPoint global, double step, double y, int rank, int note, int line) {
                    emit contextRequested(kind, global, step, y, rank, note, line);
                });
    }
    m_panels.back()->setStepLabels(true);
    m_panels.back()->setHeaderControl(m_normForm);
    QWidget* before = m_panels.front();
    for (QWidget* next : QList<QWidget*>{m_panels[1], m_panels[2], m_panels[3],
                                         m_normForm->button(false), m_normForm->button(true)}) {
        setTabOrder(before, next);
        before = next;
    }
    connect(m_panKey, &PanKey::tapped, this, &ChartsPane::playRequested);
    connect(m_normForm, &FormSwitch::switched, this, &ChartsPane::normsRequested);
    connect(m_panels.front(), &ChartPanel::plotWidthChanged, this, &ChartsPane::columnsChanged);
}

void ChartsPane::setFrame(const engine::RunFrame& frame, const ChartOptions& options) {
    m_normForm->setSecond(options.norms);
    for (const ChartKind kind : kCharts)
        panel(kind)->setFrame(chartFrame(kind, frame, options));
}

void ChartsPane::setHeaders(const engine::RunFrame& frame, const ChartOptions& options) {
    for (const ChartKind kind : kCharts) {
        panel(kind)->setHeader(chartHeader(kind, frame, options));
        m_readouts[static_cast<std::size_t>(kind)] = chartReadout(kind, frame, options);
    }
    if (m_readout)
        showReadouts();
}

void ChartsPane::setReadout(bool on) {
    m_readout = on;
    showReadouts();
}

void ChartsPane::showReadouts() {
    for (std::size_t i = 0; i < m_panels.size(); ++i)
        m_panels[i]->setReadout(m_readout ? m_readouts[i] : std::vector<widgets::HeaderValue>{});
}

void ChartsPane::resetY() {
    for (ChartPanel* panel : m_panels)
        panel->setYRange({});
}

void ChartsPane::setFaded(bool on) {
    for (ChartPanel* panel : m_panels)
        panel->setFaded(on);
}

void ChartsPane::insertBelowLoss(QWidget* panel, int stretch) {
    static_cast<QVBoxLayout*>(layout())->insertWidget(1, panel, stretch);
}

void ChartsPane::setCursor(std::optional<double> step) {
    for (ChartPanel* panel : m_panels)
        panel->setCursor(step);
}

} // namespace rankscope::ui
