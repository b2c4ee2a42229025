// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QWidget;

namespace rankscope::ui {

/// The space bar over charts: held it turns a drag into a pan, tapped it is what it is elsewhere.
/// Which of the two it was is known when it is released; so it is kept from the shortcuts while
/// the pointer is over `area`, and tapped() stands in for them. A control that has the focus, or a
/// field that takes text, keeps its space bar.
class PanKey final : public QObject {
    Q_OBJECT

  public:
    explicit PanKey(QWidget* area);

    /// It is held for a purpose: the release is no tap.
    void use() { m_used = true; }

  signals:
    void held(bool on);
    void tapped();

  protected:
    bool eventFilter(QObject* object, QEvent* event) override;

  private:
    [[nodiscard]] bool isOurs() const;

    QWidget* m_area;
    bool m_held = false, m_used = false;
};

} // namespace rankscope::ui
