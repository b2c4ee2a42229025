// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/pictures/Stage.h"

#include <QAction>
#include <QPainter>
#include <QTest>
#include <cmath>
#include <csignal>
#include <unistd.h>

namespace rankscope::pictures {

Stage::Stage(const Sessions& sessions, QSize size) : w(size), m_sessions(sessions) {
    static_cast<void>(QTest::qWaitForWindowActive(&w.window));
    QTest::mouseMove(&w.window, QPoint(1, 1)); // nothing is under the pointer of the scene before
}

Stage::~Stage() {
    if (m_ranks && m_ranks->processId() > 0) {
        ::kill(-static_cast<pid_t>(m_ranks->processId()), SIGKILL);
        m_ranks->waitForFinished();
    }
}

bool Stage::waited(const std::function<bool()>& condition, int seconds) {
    return QTest::qWaitFor(condition, seconds * 1000);
}

/// Not what stood there before the last gesture, either: the matrix comes some frames later.
bool Stage::computed() const {
    const engine::RunFrame& frame = *w.controller.frame();
    const engine::View view = w.controller.view().view();
    const engine::CursorFrame& cursor = frame.cursor;
    if (frame.refining || (view.cursor && *view.cursor != cursor.step))
        return false;
    const bool single = view.cosineWindow == 1 || cursor.step == Step{0};
    return cursor.cosine == nullptr ||
           (cursor.cosine->step == cursor.step && (single || cursor.cosine->steps > 1));
}

void Stage::settle() {
    wait([this] { return w.loaded() && computed(); }, "all is computed");
    rest();
}

void Stage::rest() {
    for (int i = 0; i < 3; ++i) { // a text changes, its layout follows, then those around it
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
}

void Stage::open(Session session) {
    w.window.openFiles({m_sessions.path(session)});
    wait([this] { return w.controller.source() || w.controller.error(); }, "it is opened");
    wait([this] { return w.loaded(); }, "it is read");
    settle();
}

void Stage::fail(Session session) {
    w.window.openFiles({m_sessions.path(session)});
    wait([this] { return w.window.verdict()->verdict().kind == ui::Verdict::Kind::Failure; },
         "it is refused");
    if (w.window.showsRun())
        settle();
    rest();
}

QString Stage::listen() {
    w.listener.listen();
    wait([this] { return w.controller.source() || w.controller.error(); }, "a port is open");
    return w.controller.source() ? QString::fromStdString(w.controller.source()->endpoint)
                                 : QString();
}

void Stage::train(const QString& endpoint, const QString& arguments) {
    m_ranks = std::make_unique<QProcess>();
    m_ranks->setChildProcessModifier([] { ::setpgid(0, 0); }); // the simulator forks
    m_ranks->start(qEnvironmentVariable("RANKSCOPE_BIN") + QLatin1String("/rankscope-simulate"),
                   QStringList{QStringLiteral("--connect"), endpoint} +
                       arguments.split(QLatin1Char(' ')));
}

void Stage::freezeRanks() {
    ::kill(-static_cast<pid_t>(m_ranks->processId()), SIGSTOP);
}

void Stage::trigger(const char* action) {
    auto* found = w.window.findChild<QAction*>(QLatin1String(action));
    if (found == nullptr || !found->isEnabled())
        m_failures.append(QStringLiteral("there is no action ") + QLatin1String(action));
    else
        found->trigger();
    rest();
}

void Stage::press(Qt::Key key, Qt::KeyboardModifiers modifiers) {
    QTest::keyClick(w.window.windowHandle(), key, modifiers);
    rest();
}

void Stage::type(const char* text) {
    for (const char* letter = text; *letter != 0; ++letter)
        QTest::keyClick(w.window.windowHandle(), *letter);
    rest();
}

void Stage::hover(QWidget* widget, QPoint at) {
    QTest::mouseMove(widget, at - QPoint(3, 0)); // a pointer that comes from somewhere
    QTest::mouseMove(widget, at);
    rest();
}

void Stage::click(QWidget* widget, QPoint at) {
    QTest::mouseClick(widget, Qt::LeftButton, {}, at);
    rest();
}

QPoint Stage::at(ui::ChartKind kind, double step, double y) {
    const widgets::PlotGeometry& geometry = w.panel(kind)->geometry();
    return {static_cast<int>(std::lround(geometry.toX(step))),
            static_cast<int>(std::lround(geometry.plot.top() + y * geometry.plot.height()))};
}

QPixmap Stage::picture() {
    rest();
    QPixmap picture = w.window.grab();
    QPainter painter(&picture);
    for (QWidget* over : QApplication::topLevelWidgets())
        if (over != &w.window && over->isVisible()) {
            const QPoint at = w.window.mapFromGlobal(over->mapToGlobal(QPoint(0, 0)));
            painter.drawPixmap(at, over->grab());
        }
    return picture;
}

} // namespace rankscope::pictures
