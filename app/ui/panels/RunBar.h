// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ui/models/RunText.h"

#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QToolButton;

namespace rankscope::ui {

class RunController;
class StatePill;

/// The line under the menus: state and name of the run, and how it is shown.
class RunBar final : public QWidget {
    Q_OBJECT

  public:
    explicit RunBar(RunController& controller, QWidget* parent = nullptr);

    void setRun(const PillText& state, const QString& name, const QString& summary);
    void setLogY(QAction* action);
    void setFind(QAction* action);
    void showControls(bool on);

    [[nodiscard]] StatePill* pill() const { return m_pill; }
    [[nodiscard]] QComboBox* host() const { return m_host; } ///< hidden unless there are several
    [[nodiscard]] QComboBox* smooth() const { return m_smooth; }

  private:
    void refresh();
    void refreshHosts();

    RunController& m_controller;
    StatePill* m_pill;
    QLabel *m_name, *m_summary;
    QComboBox *m_host, *m_smooth;
    QToolButton *m_logY, *m_find;
    bool m_controls = false;
};

} // namespace rankscope::ui
