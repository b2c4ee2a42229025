// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/models/CompareCharts.h"
#include "app/ui/models/CompareWords.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace rankscope::ui {

/// A session in the list: how its line looks, its name, and a button that closes it.
class SessionCard final : public QWidget {
    Q_OBJECT

  public:
    explicit SessionCard(QWidget* parent = nullptr);

    void setSession(const SessionText& text, CompareStyle style);

    [[nodiscard]] QString title() const;
    [[nodiscard]] QString detail() const;
    [[nodiscard]] QToolButton* closing() const { return m_close; }

  signals:
    void closeRequested();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    CompareStyle m_style;
    bool m_failed = false;
    QLabel *m_title, *m_detail;
    QToolButton* m_close;
};

} // namespace rankscope::ui
