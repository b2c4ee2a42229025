// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/compare/CompareFrame.h"
#include "app/ui/models/CompareWords.h"

#include <QWidget>

class QPushButton;
class QTableWidget;

namespace rankscope::ui {

/// The sessions' settings side by side; what is alike only when it is asked for.
class ConfigPane final : public QWidget {
    Q_OBJECT

  public:
    explicit ConfigPane(QWidget* parent = nullptr);

    void setFrame(const engine::CompareFrame& frame);

    [[nodiscard]] QTableWidget* table() const { return m_table; }
    [[nodiscard]] QPushButton* all() const { return m_all; }

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void fill();

    std::shared_ptr<const engine::CompareFacts> m_facts; ///< what the table shows
    engine::CompareFrame m_frame;                        ///< as much of it as the words need
    QTableWidget* m_table;
    QPushButton* m_all;
};

} // namespace rankscope::ui
