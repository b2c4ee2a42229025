// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/CompareChartsPane.h"

#include "app/ui/models/CompareWords.h"
#include "widgets/charts/ChartPanel.h"

#include <QComboBox>
#include <QGridLayout>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

namespace rankscope::ui {

using widgets::ChartPanel;

CompareChartsPane::CompareChartsPane(QWidget* parent)
    : QWidget(parent),
      m_scroll(new QScrollArea),
      m_inside(new QWidget),
      m_grid(new QGridLayout(m_inside)),
      m_difference(makePanel()),
      m_metric(new QComboBox) {
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_inside->setBackgroundRole(QPalette::Base);
    m_inside->setAutoFillBackground(true);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(0);
    static constexpr std::array kStretch{25, 18, 18}; // the loss is read first
    for (int row = 0; row < static_cast<int>(kComparePanels); ++row)
        m_grid->setRowStretch(row, kStretch[static_cast<std::size_t>(row)]);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidget(m_inside);
    m_difference->setStepLabels(true);
    m_difference->setMinimumHeight(110);
    m_metric->setAccessibleName(tr("Metric of the difference"));
    for (const analysis::RunMetric metric : analysis::kAllRunMetrics)
        m_metric->addItem(QString::fromStdString(metricName(metric)), static_cast<int>(metric));
    m_metric->setFixedHeight(20);
    m_metric->setStyleSheet(
        QStringLiteral("QComboBox { min-height: 16px; padding: 0 6px; }"
                       "QComboBox:focus { min-height: 14px; padding: 0 5px; }"));
    m_difference->setHeaderControl(m_metric);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_scroll, 56);
    column->addWidget(m_difference, 17);
    connect(m_metric, &QComboBox::activated, this, [this](int index) {
        emit metricChosen(static_cast<analysis::RunMetric>(m_metric->itemData(index).toInt()));
    });
}

ChartPanel* CompareChartsPane::makePanel() {
    auto* panel = new ChartPanel;
    connect(panel, &ChartPanel::hovered, this, &CompareChartsPane::hovered);
    connect(panel, &ChartPanel::left, this, &CompareChartsPane::left);
    connect(panel, &ChartPanel::clicked, this, [this](double step) { emit clicked(step); });
    connect(panel, &ChartPanel::viewRequested, this, &CompareChartsPane::viewRequested);
    connect(panel, &ChartPanel::resetRequested, this, &CompareChartsPane::resetRequested);
    return panel;
}

ChartPanel* CompareChartsPane::panel(std::size_t column, ChartKind kind) const {
    const auto row = static_cast<std::size_t>(kind);
    return column < m_columns.size() && row < kComparePanels ? m_columns[column][row] : nullptr;
}

void CompareChartsPane::setColumns(std::size_t count) {
    if (count == m_columns.size())
        return;
    while (m_columns.size() > count) {
        for (ChartPanel* panel : m_columns.back())
            delete panel;
        m_columns.pop_back();
    }
    while (m_columns.size() < count) {
        Column column{};
        for (std::size_t row = 0; row < kComparePanels; ++row) {
            column[row] = makePanel();
            m_grid->addWidget(column[row], static_cast<int>(row),
                              static_cast<int>(m_columns.size()));
        }
        column.back()->setStepLabels(true);
        m_columns.push_back(column);
    }
    for (int column = 0; column < m_grid->columnCount(); ++column)
        m_grid->setColumnStretch(column, column < static_cast<int>(count) ? 1 : 0);
    fitColumns();
}

void CompareChartsPane::fitColumns() {
    const int visible = std::clamp(static_cast<int>(m_columns.size()), 1, kVisibleColumns);
    const int room = this->width(); // the viewport's, once the layout has followed
    const int width = room / visible;
    const int all = width * static_cast<int>(m_columns.size());
    m_inside->setMinimumWidth(all);
    m_inside->resize(std::max(all, room), m_inside->height()); // the old minimum held it up
    const int gutters = ChartPanel::kLeft + ChartPanel::kRight;
    emit columnsChanged(std::max(50, width - gutters), std::max(50, room - gutters));
}

void CompareChartsPane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitColumns();
}

void CompareChartsPane::setFrame(const engine::CompareFrame& frame, const CompareOptions& options,
                                 bool overlay) {
    std::vector<std::size_t> shown; // a file that could not be read has no curves
    for (std::size_t i = 0; i < frame.sessions.size(); ++i)
        if (frame.sessions[i].frame)
            shown.push_back(i);
    setColumns(overlay ? 1 : shown.size());
    for (std::size_t row = 0; row < kComparePanels; ++row) {
        const ChartKind kind = kCompareCharts[row];
        std::vector<widgets::ChartFrame> charts;
        for (std::size_t i = 0; i < m_columns.size(); ++i)
            charts.push_back(overlay ? overlayChart(row, frame, options)
                                     : sessionChart(kind, frame, shown[i], options));
        shareLimits(charts);
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            m_columns[i][row]->setFrame(std::move(charts[i]));
            m_columns[i][row]->setHeader(overlay ? overlayHeader(row, frame)
                                                 : sessionHeader(kind, frame, shown[i]));
        }
    }
    m_difference->setFrame(differenceChart(frame, options));
    m_difference->setHeader(differenceHeader(frame));
}

void CompareChartsPane::setMetric(analysis::RunMetric metric) {
    m_metric->setCurrentIndex(m_metric->findData(static_cast<int>(metric)));
}

void CompareChartsPane::setCursor(std::optional<double> step) {
    for (const Column& column : m_columns)
        for (ChartPanel* panel : column)
            panel->setCursor(step);
    m_difference->setCursor(step);
}

} // namespace rankscope::ui
