// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QVBoxLayout;

namespace rankscope::ui {

/// A label in one of the program's sizes; `name` is what the style sheet knows it by.
[[nodiscard]] QLabel* makeLabel(const QString& text, double pixels, bool medium = false,
                                const char* name = nullptr);

/// One way to begin, on the first page: a title, and below it what is added.
class Card final : public QFrame {
    Q_OBJECT

  public:
    explicit Card(const QString& title, QWidget* parent = nullptr);

    [[nodiscard]] QVBoxLayout* column() const { return m_column; }
    void addWords(const QString& words);
    /// A small title with a rule under it.
    void addHeading(const QString& title);
    /// Code with a button that copies it. `words` say what it is for.
    void addSnippet(const QString& words, const QString& code);
    void addCode(const QString& code); ///< bare

  private:
    QVBoxLayout* m_column;
};

} // namespace rankscope::ui
