// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

namespace rankscope::ui {

class MainWindow;
class RunController;

/// Takes one picture of the window at the first complete step, or at the end of the run, and says
/// how that went. When nothing more can come (a file without steps), it takes what there is.
class Screenshot final : public QObject {
    Q_OBJECT

  public:
    struct When {
        double afterSeconds = 0; ///< from the moment at which the picture could be taken
        bool atEnd = false;      ///< not before the run has ended
    };
    Screenshot(MainWindow& window, RunController& controller, QString file, When when,
               QObject* parent = nullptr);

  signals:
    void finished(bool written, const QString& error);

  private:
    void look();
    void lookAtComparison();
    void take();

    MainWindow& m_window;
    RunController& m_controller;
    QString m_file;
    int m_afterMs;
    bool m_atEnd;
    bool m_due = false;
};

} // namespace rankscope::ui
