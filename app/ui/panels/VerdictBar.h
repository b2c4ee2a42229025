// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/models/RunText.h"

#include <QWidget>

class QPushButton;

namespace rankscope::ui {

/// The line that is read first. Orange with a bar only when the data shows a fault.
class VerdictBar final : public QWidget {
    Q_OBJECT

  public:
    explicit VerdictBar(QWidget* parent = nullptr);

    void setVerdict(const Verdict& verdict);
    /// A way out of the failure that is shown; empty: none.
    void setRemedy(const QString& text);

    [[nodiscard]] const Verdict& verdict() const { return m_verdict; }
    [[nodiscard]] QSize sizeHint() const override { return {600, 44}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 44}; }

  signals:
    void remedyClicked();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void placeRemedy();

    Verdict m_verdict;
    QPushButton* m_remedy;
};

} // namespace rankscope::ui
