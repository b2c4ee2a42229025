// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <QString>
#include <QStringList>

class QLabel;
class QStackedWidget;
class QToolBar;

namespace rankscope::ui {

class CompareDesk;
class EmptyPane;
class EngineAdapter;
class Listener;
class NoteKeeper;
class PreferenceStore;
class Prompt;
class Remedies;
class RunBar;
class RunController;
class RunPane;
class SampleShelf;
class StatePill;
class VerdictBar;

/// Composes panels and actions; everything about the run itself is the controller's.
class MainWindow final : public QMainWindow {
    Q_OBJECT

  public:
    /// What the window works with; all of it outlives the window.
    struct Parts {
        EngineAdapter& adapter;
        RunController& controller;
        PreferenceStore& preferences;
        Listener& listener;
    };
    explicit MainWindow(const Parts& parts, QWidget* parent = nullptr);

    [[nodiscard]] RunPane* run() const { return m_run; }
    [[nodiscard]] EmptyPane* empty() const { return m_empty; }
    [[nodiscard]] VerdictBar* verdict() const { return m_verdict; }
    [[nodiscard]] RunBar* bar() const { return m_bar; }
    [[nodiscard]] StatePill* pill() const;
    [[nodiscard]] Prompt* prompt() const { return m_prompt; }
    [[nodiscard]] NoteKeeper* notes() const { return m_notes; }
    [[nodiscard]] QString statusText() const;
    [[nodiscard]] bool showsRun() const;

    /// Window and panels as they were left; without that, the window keeps its size.
    void restore();

    /// One file: shows it here, or in a window of its own while ranks are being recorded here.
    /// Several: asks for their comparison.
    void openFiles(const QStringList& files);
    void chooseFiles();

    /// Shows a page in place of the run, which goes on behind it. The window owns the page.
    void showComparison(QWidget* page);
    void leaveComparison();
    /// What window and status bar say while a comparison is shown.
    void setComparisonTexts(const QString& title, const QString& left, const QString& right);
    [[nodiscard]] bool compares() const { return m_comparison != nullptr; }
    [[nodiscard]] CompareDesk* compare() const { return m_compare; }

  signals:
    void compareRequested(const QStringList& files);
    void pageChanged(); ///< to a comparison, or back

  protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void makeTopBars();
    void makeStatusBar();
    void refresh();
    void refreshVerdict();
    void refreshBar();
    void remember();
    void connectFirstPage();
    void openFile(const QString& file);

    EngineAdapter& m_adapter;
    RunController& m_controller;
    PreferenceStore& m_preferences;
    Listener& m_listener;
    RunBar* m_bar;
    VerdictBar* m_verdict;
    QToolBar *m_barRow = nullptr, *m_verdictRow = nullptr;
    QStackedWidget* m_pages;
    EmptyPane* m_empty;
    RunPane* m_run;
    CompareDesk* m_compare = nullptr;
    Prompt* m_prompt;
    SampleShelf* m_samples;
    NoteKeeper* m_notes;
    Remedies* m_remedies;
    QWidget* m_comparison = nullptr; ///< the page that is shown instead of the run
    QString m_remembered;            ///< the file that was last put among the recent ones
    QString m_asking;                ///< in the status bar, while a recorder elsewhere is asked
    QLabel *m_statusLeft, *m_statusRight;
};

} // namespace rankscope::ui
