// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>
#include <utility>

class QMenuBar;

namespace rankscope::ui {

/// A small sheet of two columns beside the work: it never blocks the window.
class HelpSheet final : public QDialog {
    Q_OBJECT

  public:
    using Row = std::pair<QString, QString>;

    HelpSheet(const QString& title, const QList<Row>& rows, QWidget* parent);

    /// Shows it in place of the sheet that is open; the same one again: closes it.
    static void toggle(const QString& title, const QList<Row>& rows, QWidget* parent);

  protected:
    void keyPressEvent(QKeyEvent* event) override;
};

/// Every action in the menus that has a shortcut, and what the mouse does.
[[nodiscard]] QList<HelpSheet::Row> shortcutRows(const QMenuBar& menus);
/// Version, and the licences of what is in the program.
[[nodiscard]] QList<HelpSheet::Row> aboutRows();

} // namespace rankscope::ui
