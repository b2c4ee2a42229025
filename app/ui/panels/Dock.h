// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>
#include <QList>

class QHBoxLayout;
class QLabel;

namespace rankscope::ui {

/// A dock with our title: name, where in the run, and at the right a remark and small controls.
/// Where room is short the remark goes first, then the place.
class Dock final : public QDockWidget {
    Q_OBJECT

  public:
    /// `id`: names the dock in a saved layout; never translated.
    Dock(const char* id, const QString& name, QWidget* content, QWidget* parent = nullptr);

    void setPlace(const QString& text);  ///< "at step 84"
    void setRemark(const QString& text); ///< what stands at the right when nothing is hovered
    /// Takes the place of remark and controls; empty brings them back.
    void setHoverText(const QString& text);
    /// A control in the title; the dock takes it as a child.
    void addControl(QWidget* control);

    [[nodiscard]] QString rightText() const; ///< what is seen at the right

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void refresh();

    QHBoxLayout* m_row;
    QLabel *m_title, *m_place, *m_right;
    QList<QWidget*> m_controls;
    QString m_remark, m_hover;
};

} // namespace rankscope::ui
