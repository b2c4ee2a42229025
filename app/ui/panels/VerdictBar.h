// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/models/RunText.h"

#include <QList>
#include <QStringList>
#include <QWidget>

class QPushButton;

namespace rankscope::ui {

/// The line that is read first. Orange with a bar only when the data shows a fault.
class VerdictBar final : public QWidget {
    Q_OBJECT

  public:
    explicit VerdictBar(QWidget* parent = nullptr);

    void setVerdict(const Verdict& verdict);
    /// Ways out of what is shown, a button each.
    void setRemedies(const QStringList& texts);

    [[nodiscard]] const Verdict& verdict() const { return m_verdict; }
    [[nodiscard]] QSize sizeHint() const override { return {600, 44}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 44}; }

  signals:
    void remedyClicked(int index);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void placeRemedies();

    Verdict m_verdict;
    QList<QPushButton*> m_remedies; ///< left to right; hidden ones wait to be used again
    int m_left = 0;                 ///< where the first one stands
};

} // namespace rankscope::ui
