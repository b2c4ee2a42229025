// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>

class QLabel;

namespace rankscope::ui {

/// A dock with our title: name, where in the run, and a remark at the right.
class Dock final : public QDockWidget {
    Q_OBJECT

  public:
    /// `id`: names the dock in a saved layout; never translated.
    Dock(const char* id, const QString& name, QWidget* content, QWidget* parent = nullptr);

    void setPlace(const QString& text);     ///< "at step 84"
    void setRemark(const QString& text);    ///< what stands at the right when nothing is hovered
    void setHoverText(const QString& text); ///< takes the remark's place; empty brings it back

  private:
    void refresh();

    QLabel* m_place;
    QLabel* m_right;
    QString m_remark, m_hover;
};

} // namespace rankscope::ui
