// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/FigureRequest.h"
#include "transport/wire/Result.h"

#include <QTimer>
#include <QWidget>
#include <optional>
#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace rankscope::ui {

class FigureMaker;
class FigurePreview;
class RankDocks;
class RunController;

/// Words for a person, as a figure's error is told in the pane and in the status bar.
[[nodiscard]] QString figureProblem(const Error& error);

/// Chooses how a panel goes on paper, shows it, and writes it. Nothing here waits: the maker works
/// on its own thread.
class FigurePane final : public QWidget {
    Q_OBJECT

  public:
    FigurePane(RunController& controller, const RankDocks& ranks, FigureMaker& maker,
               QWidget* parent = nullptr);

    void setPanel(figures::PanelKind kind);
    [[nodiscard]] figures::PanelKind panel() const; ///< the first of several
    void setFolder(const QString& folder);
    [[nodiscard]] QString folder() const;
    [[nodiscard]] QString status() const;
    [[nodiscard]] FigurePreview* preview() const { return m_preview; }
    /// Keys start at the first control.
    void takeFocus();

  signals:
    void folderChosen(const QString& folder); ///< something was written there

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    QLayout* makeForm();
    void addSize(QFormLayout& form);
    void addFile(QFormLayout& form);
    void listenToMaker();
    void refreshControls();
    void refreshPreview();
    void chooseFolder();
    void exportPanels(bool all);
    void say(const QString& words);
    [[nodiscard]] std::vector<figures::PanelKind> panels() const;
    [[nodiscard]] std::optional<figures::FigureRequest> request() const;
    [[nodiscard]] QString defaultName() const;
    [[nodiscard]] QString targetFile() const;
    [[nodiscard]] QString targetOfAll() const;

    RunController& m_controller;
    const RankDocks& m_ranks;
    FigureMaker& m_maker;
    FigurePreview* m_preview;
    QComboBox *m_panel, *m_size, *m_format, *m_theme, *m_numbers;
    QDoubleSpinBox *m_width, *m_height;
    QSpinBox* m_dpi;
    QLineEdit *m_name, *m_folder;
    QPushButton *m_export, *m_exportAll;
    QLabel* m_status;
    QTimer m_pace;      ///< previews of a run that is live come at a bearable pace
    QString m_replaces; ///< the file that was said to be there already
    bool m_writing = false;
};

} // namespace rankscope::ui
