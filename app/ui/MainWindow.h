// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <QString>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace rankscope::ui {

class EmptyPane;
class EngineAdapter;
class RunController;
class RunPane;
class StatePill;
class VerdictBar;

/// Composes panels and actions; everything about the run itself is the controller's.
class MainWindow final : public QMainWindow {
    Q_OBJECT

  public:
    MainWindow(EngineAdapter& adapter, RunController& controller, QWidget* parent = nullptr);

    [[nodiscard]] RunPane* run() const { return m_run; }
    [[nodiscard]] EmptyPane* empty() const { return m_empty; }
    [[nodiscard]] VerdictBar* verdict() const { return m_verdict; }
    [[nodiscard]] StatePill* pill() const { return m_pill; }
    [[nodiscard]] QString statusText() const;
    [[nodiscard]] bool showsRun() const;

    /// Shows a file here, or in a window of its own while ranks are being recorded here.
    void open(const QString& file);

  signals:
    /// The way out of a busy port that the verdict line offers.
    void freePortRequested();

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void makeTopBars();
    void makeMenus();
    void makeRunMenu();
    void makeHelpMenu();
    void refresh();
    void chooseFile();

    EngineAdapter& m_adapter;
    RunController& m_controller;
    StatePill* m_pill;
    QLabel *m_name, *m_summary;
    QPushButton* m_logY;
    VerdictBar* m_verdict;
    QStackedWidget* m_pages;
    EmptyPane* m_empty;
    RunPane* m_run;
    QLabel *m_statusLeft, *m_statusRight;
};

} // namespace rankscope::ui
