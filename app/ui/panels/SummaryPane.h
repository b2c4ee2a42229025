// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/compare/CompareFrame.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace rankscope::ui {

class SummaryTable;

/// Means of the base and of the other side over a stretch of steps, with intervals; then what was
/// found in each session, and the table as a file.
class SummaryPane final : public QWidget {
    Q_OBJECT

  public:
    explicit SummaryPane(QWidget* parent = nullptr);

    void setFrame(const engine::CompareFrame& frame);

    [[nodiscard]] SummaryTable* table() const { return m_table; }
    [[nodiscard]] QString notes() const;
    [[nodiscard]] QString findings() const;
    [[nodiscard]] QPushButton* csv() const { return m_csv; }

  signals:
    void csvRequested();

  private:
    SummaryTable* m_table;
    QLabel *m_notes, *m_findings;
    QPushButton* m_csv;
};

} // namespace rankscope::ui
