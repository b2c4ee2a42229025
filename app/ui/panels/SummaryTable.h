// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/models/CompareWords.h"

#include <QString>
#include <QWidget>
#include <vector>

namespace rankscope::ui {

/// A row per metric: both sides, their difference, and its interval as dot and line against a tick
/// at zero. Intervals are drawn in units of their own half width, so that they can be read
/// together.
class SummaryTable final : public QWidget {
    Q_OBJECT

  public:
    static constexpr int kHead = 20, kRow = 38;

    explicit SummaryTable(QWidget* parent = nullptr);

    void setRows(std::vector<SummaryText> rows, const QString& base, const QString& other,
                 const QString& difference);
    [[nodiscard]] const std::vector<SummaryText>& rows() const { return m_rows; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void paintInterval(QPainter& painter, const SummaryText& row, double y) const;
    struct Columns {
        double metric, base, other, right; ///< x: left of the first, right ends of the others
    };
    [[nodiscard]] Columns columns() const;

    std::vector<SummaryText> m_rows;
    QString m_base, m_other, m_difference;
};

} // namespace rankscope::ui
