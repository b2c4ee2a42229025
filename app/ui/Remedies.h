// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <functional>

namespace rankscope::ui {

class Listener;
class MainWindow;
class Recovery;
class RunController;

/// What can be done at once about what the verdict line says: a button each.
struct Remedy {
    QString text;
    std::function<void()> run;
};

/// Finds the remedies and carries them out. GUI thread.
class Remedies final : public QObject {
    Q_OBJECT

  public:
    Remedies(MainWindow& window, RunController& controller, Listener& listener);

    /// The file that was asked for last, whether it could be opened or not.
    void setTried(const QString& file) { m_tried = file; }
    [[nodiscard]] QList<Remedy> now() const;

  private:
    [[nodiscard]] QList<Remedy> againstBusyPort() const;
    [[nodiscard]] Remedy again(const QString& address) const;
    [[nodiscard]] Remedy recover(const QString& file) const;
    void askForEndpoint() const;

    MainWindow& m_window;
    RunController& m_controller;
    Listener& m_listener;
    Recovery* m_recovery;
    QString m_tried;
};

} // namespace rankscope::ui
