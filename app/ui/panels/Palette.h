// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QList>
#include <QString>
#include <functional>

class QLineEdit;
class QListWidget;

namespace rankscope::ui {

/// Something that the palette finds.
struct PaletteEntry {
    QString text;   ///< what is searched
    QString detail; ///< at the right: its shortcut or its kind
    std::function<void()> run;
};

/// A field over the window in which everything the program can do or show is found by a few letters
/// of its name. Lists what matches, best first; Enter does it. Never blocks the window.
class Palette final : public QFrame {
    Q_OBJECT

  public:
    /// What there is to be found for a query; it is asked again after each key, as what can be done
    /// depends on the run and on the query ("step 120").
    using Source = std::function<QList<PaletteEntry>(const QString& query)>;

    Palette(Source source, QWidget* window);

    void open();
    void dismiss(); ///< focus goes back to where it was

    [[nodiscard]] QLineEdit* field() const { return m_field; }
    [[nodiscard]] QListWidget* list() const { return m_list; }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void search(const QString& query);
    void choose();
    void moveBy(int rows);
    void place();

    Source m_source;
    QLineEdit* m_field;
    QListWidget* m_list;
    QList<PaletteEntry> m_found;
    QWidget* m_focusBefore = nullptr;
};

} // namespace rankscope::ui
