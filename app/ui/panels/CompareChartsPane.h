// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/models/CompareCharts.h"

#include <QWidget>
#include <array>
#include <optional>
#include <vector>

class QComboBox;
class QGridLayout;
class QScrollArea;

namespace rankscope::widgets {
class ChartPanel;
}

namespace rankscope::ui {

/// Charts of several sessions on one x axis: a column per session, or all together; below them
/// their difference. Panels of one kind share their y axis.
class CompareChartsPane final : public QWidget {
    Q_OBJECT

  public:
    static constexpr int kVisibleColumns = 4; ///< more are reached by scrolling

    explicit CompareChartsPane(QWidget* parent = nullptr);

    void setFrame(const engine::CompareFrame& frame, const CompareOptions& options, bool overlay);
    void setMetric(analysis::RunMetric metric); ///< that was chosen for the difference
    void setCursor(std::optional<double> step);

    /// Of a column: a session that is not left out, or all of them together; null when there is
    /// none.
    [[nodiscard]] widgets::ChartPanel* panel(std::size_t column, ChartKind kind) const;
    [[nodiscard]] widgets::ChartPanel* difference() const { return m_difference; }
    [[nodiscard]] QComboBox* metric() const { return m_metric; }
    [[nodiscard]] std::size_t columns() const { return m_columns.size(); }

  signals:
    void hovered(double step);
    void left();
    void clicked(double step);
    void viewRequested(double first, double last);
    void resetRequested();
    void columnsChanged(int ofOne, int ofAll); ///< pixels of the plots
    void metricChosen(rankscope::analysis::RunMetric metric);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    using Column = std::array<widgets::ChartPanel*, kComparePanels>;

    void setColumns(std::size_t count);
    void fitColumns();
    [[nodiscard]] widgets::ChartPanel* makePanel();

    QScrollArea* m_scroll;
    QWidget* m_inside;
    QGridLayout* m_grid;
    std::vector<Column> m_columns;
    widgets::ChartPanel* m_difference;
    QComboBox* m_metric;
};

} // namespace rankscope::ui
