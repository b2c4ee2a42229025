// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>
#include <utility>

class QMenuBar;

namespace rankscope::ui {

/// A small sheet of names and words beside the work: it never blocks the window.
class HelpSheet final : public QDialog {
    Q_OBJECT

  public:
    using Row = std::pair<QString, QString>;
    struct Section {
        QString title; ///< may be empty
        QList<Row> rows;
    };

    /// Sections go into up to `columns` columns of about the same height.
    HelpSheet(const QString& title, const QList<Section>& sections, int columns, QWidget* parent);

    /// Shows it in place of the sheet that is open; the same one again: closes it.
    static void toggle(const QString& title, const QList<Section>& sections, int columns,
                       QWidget* parent);

  protected:
    void keyPressEvent(QKeyEvent* event) override;
};

/// Every action in the menus that has a shortcut, a section for each menu; then what mouse and keys
/// do in the panels.
[[nodiscard]] QList<HelpSheet::Section> shortcutSections(const QMenuBar& menus);
/// Version, and the licences of what is in the program.
[[nodiscard]] QList<HelpSheet::Section> aboutSections();

} // namespace rankscope::ui
