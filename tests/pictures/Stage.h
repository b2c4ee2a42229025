// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/gui/Window.h"
#include "tests/pictures/Sessions.h"

#include <QPixmap>
#include <QPoint>
#include <QProcess>
#include <QStringList>
#include <memory>

namespace rankscope::pictures {

/// A window of the real program, and the hands that use it. GUI thread only.
class Stage {
  public:
    Stage(const Sessions& sessions, QSize size);
    ~Stage(); ///< ends the ranks that it let train

    support::Window w;

    /// Until the condition holds; else the scene has failed, and goes on.
    template <class Condition>
    void wait(Condition condition, const char* what, int seconds = 60);
    /// Until nothing is still being read or computed, and all of it is painted.
    void settle();
    void rest(); ///< until what is known is laid out

    void open(Session session); ///< and settles
    void fail(Session session); ///< opens what can't be opened
    /// Waits for ranks at a free port; their endpoint.
    QString listen();
    /// Lets simulated ranks train: arguments of `rankscope simulate` besides --connect.
    void train(const QString& endpoint, const QString& arguments);
    void freezeRanks(); ///< without a word, as a node goes down

    void trigger(const char* action); ///< a menu's action by its name
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {});
    void type(const char* text);
    void hover(QWidget* widget, QPoint at);
    void click(QWidget* widget, QPoint at);
    /// Where a chart shows a step, in the panel's own coordinates.
    [[nodiscard]] QPoint at(ui::ChartKind kind, double step, double y = 0.5);

    /// The window with the menus and sheets that stand over it.
    [[nodiscard]] QPixmap picture();
    [[nodiscard]] const Sessions& sessions() const { return m_sessions; }
    [[nodiscard]] const QStringList& failures() const { return m_failures; }

  private:
    [[nodiscard]] bool computed() const; ///< what the last gesture asked for
    bool waited(const std::function<bool()>& condition, int seconds);

    const Sessions& m_sessions;
    std::unique_ptr<QProcess> m_ranks;
    QStringList m_failures;
};

template <class Condition>
void Stage::wait(Condition condition, const char* what, int seconds) {
    if (!waited(condition, seconds))
        m_failures.append(QString::fromUtf8(what));
}

} // namespace rankscope::pictures
