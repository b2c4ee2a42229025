// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>

namespace rankscope::ui {

class CompareController;
class ComparePane;
class MainWindow;

/// Opens the page of a comparison in the window when one is asked for, and keeps the run's keys
/// and menus out of its way.
class CompareDesk final : public QObject {
    Q_OBJECT

  public:
    explicit CompareDesk(MainWindow& window);

    /// Null before the first comparison.
    [[nodiscard]] ComparePane* page() const { return m_page; }
    [[nodiscard]] CompareController* controller() const { return m_controller; }

    /// Asks for sessions to put beside `file`, or beside those that are compared already.
    void chooseBeside(const QString& file);

  private:
    void open(const QStringList& files);
    void refresh();
    void restRunActions();

    MainWindow& m_window;
    CompareController* m_controller = nullptr;
    ComparePane* m_page = nullptr;
};

} // namespace rankscope::ui
