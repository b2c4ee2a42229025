// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/ComparePane.h"

#include "app/tables/CompareTable.h"
#include "app/ui/CompareController.h"
#include "app/ui/models/CompareWords.h"
#include "app/ui/panels/Bars.h"
#include "app/ui/panels/CompareBar.h"
#include "app/ui/panels/CompareChartsPane.h"
#include "app/ui/panels/ConfigPane.h"
#include "app/ui/panels/CosineMaps.h"
#include "app/ui/panels/Dock.h"
#include "app/ui/panels/DroppedFiles.h"
#include "app/ui/panels/SessionsPane.h"
#include "app/ui/panels/SummaryPane.h"
#include "app/ui/panels/TransportBar.h"
#include "app/ui/panels/VerdictBar.h"
#include "widgets/timeline/TimelineView.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QSaveFile>
#include <algorithm>
#include <utility>

namespace rankscope::ui {
namespace {

constexpr int kLeftWidth = 312, kRightWidth = 340, kDockTitle = 26;

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

} // namespace

ComparePane::ComparePane(CompareController& controller, QWidget* parent)
    : QMainWindow(parent, Qt::Widget),
      m_controller(controller),
      m_bar(new CompareBar(controller)),
      m_verdict(new VerdictBar),
      m_charts(new CompareChartsPane),
      m_sessions(new SessionsPane),
      m_config(new ConfigPane),
      m_cosines(new CosineMaps),
      m_summary(new SummaryPane),
      m_sessionDock(new Dock("sessionsDock", tr("Sessions"), m_sessions, this)),
      m_configDock(new Dock("configDock", tr("Config"), m_config, this)),
      m_cosineDock(new Dock("meanCosineDock", tr("Cosine"), m_cosines, this)),
      m_summaryDock(new Dock("summaryDock", tr("Summary"), m_summary, this)),
      m_timeline(new widgets::TimelineView),
      m_transport(new TransportBar) {
    setAcceptDrops(true);
    setAnimated(false);
    setContextMenuPolicy(Qt::NoContextMenu);
    setCentralWidget(m_charts);
    makeBars();
    makeDocks();
    makeActions();
    connectParts();
    refresh();
}

void ComparePane::makeBars() {
    addFixedBar(this, {}, "compareBar", m_bar);
    addToolBarBreak();
    addFixedBar(this, {}, "verdictBar", m_verdict);
    addTimelineBar(this, {}, m_transport, m_timeline);
}

void ComparePane::makeDocks() {
    for (Dock* dock : {m_sessionDock, m_configDock, m_cosineDock})
        addDockWidget(Qt::LeftDockWidgetArea, dock);
    addDockWidget(Qt::RightDockWidgetArea, m_summaryDock);
}

void ComparePane::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    shareRoom();
}

/// Sessions and maps get the height that shows them, as far as there is room; the settings get the
/// rest. Only when the number of sessions or the window changes: what the user has moved stays.
void ComparePane::shareRoom() {
    const auto sessions = static_cast<int>(m_sessions->cards().size());
    const int room = height() - m_bar->height() - 44 - kTimelineHeight - 3 * kDockTitle;
    if (std::pair{sessions, room} == m_shared || !isVisible())
        return;
    m_shared = {sessions, room};
    const int maps = m_cosines->heightFor(kLeftWidth);
    const int list = std::min(m_sessions->fullHeight() + 8, std::max(120, room - maps - 110));
    resizeDocks(
        {m_sessionDock, m_configDock, m_cosineDock},
        {list + kDockTitle, std::max(110, room - maps - list) + kDockTitle, maps + kDockTitle},
        Qt::Vertical);
    resizeDocks({m_sessionDock, m_summaryDock}, {kLeftWidth, kRightWidth}, Qt::Horizontal);
}

/// The keys of a run, for this page; those of the menus rest while it is shown.
void ComparePane::makeActions() {
    auto* c = &m_controller;
    const auto add = [&](const QString& name, const QList<QKeySequence>& keys, auto slot) {
        auto* action = new QAction(name, this);
        action->setShortcuts(keys);
        connect(action, &QAction::triggered, c, slot);
        addAction(action);
    };
    add(tr("Play or pause"), {Qt::Key_Space}, &CompareController::playOrPause);
    add(tr("One step back"), {Qt::Key_Left}, [c] { c->moveBy(-1); });
    add(tr("One step forward"), {Qt::Key_Right}, [c] { c->moveBy(1); });
    add(tr("Ten steps back"), {Qt::SHIFT | Qt::Key_Left}, [c] { c->moveBy(-10); });
    add(tr("Ten steps forward"), {Qt::SHIFT | Qt::Key_Right}, [c] { c->moveBy(10); });
    add(tr("First step"), {Qt::Key_Home}, &CompareController::toFirst);
    add(tr("Last step"), {Qt::Key_End}, &CompareController::toLast);
    add(tr("Undo zoom"), {Qt::CTRL | Qt::Key_Z}, &CompareController::undoView);
    add(tr("Redo zoom"), {Qt::CTRL | Qt::SHIFT | Qt::Key_Z, Qt::CTRL | Qt::Key_Y},
        &CompareController::redoView);
    add(tr("Zoom in"), {Qt::CTRL | Qt::Key_Equal}, [c] { c->zoomAt(0.5); });
    add(tr("Zoom out"), {Qt::CTRL | Qt::Key_Minus}, [c] { c->zoomAt(2); });
    add(tr("Reset view"), {Qt::CTRL | Qt::Key_0}, &CompareController::resetView);
    add(tr("Log y"), {Qt::Key_Y}, [c] { c->setLogY(!c->options().logY); });
    add(tr("Overlay"), {Qt::Key_O}, [c] { c->setOverlays(!c->overlays()); });
    add(tr("Deselect"), {Qt::Key_Escape}, &CompareController::deselect);
}

void ComparePane::connectParts() {
    auto* c = &m_controller;
    using Charts = CompareChartsPane;
    connect(c, &CompareController::changed, this, &ComparePane::refresh);
    connect(c, &CompareController::cursorChanged, this, &ComparePane::refreshCursor);
    connect(m_charts, &Charts::hovered, c, &CompareController::hover);
    connect(m_charts, &Charts::left, c, &CompareController::leave);
    connect(m_charts, &Charts::clicked, c, &CompareController::click);
    connect(m_charts, &Charts::viewRequested, c, &CompareController::zoom);
    connect(m_charts, &Charts::resetRequested, c, &CompareController::resetView);
    connect(m_charts, &Charts::columnsChanged, c, &CompareController::setColumns);
    connect(m_charts, &Charts::metricChosen, c, &CompareController::setMetric);
    connect(m_sessions, &SessionsPane::closeRequested, c, &CompareController::closeSession);
    connect(m_sessions, &SessionsPane::openRequested, this, &ComparePane::openRequested);
    connect(m_summary, &SummaryPane::csvRequested, this, &ComparePane::saveCsv);
    connect(m_timeline, &widgets::TimelineView::scrubbed, c, &CompareController::scrub);
    connect(m_timeline, &widgets::TimelineView::viewRequested, c, &CompareController::zoom);
    connect(m_timeline, &widgets::TimelineView::resetRequested, c, &CompareController::resetView);
    connect(m_transport, &TransportBar::firstClicked, c, &CompareController::toFirst);
    connect(m_transport, &TransportBar::lastClicked, c, &CompareController::toLast);
    connect(m_transport, &TransportBar::loopToggled, c, &CompareController::setLoop);
    connect(m_transport, &TransportBar::stepClicked, c, &CompareController::moveBy);
    connect(m_transport, &TransportBar::playClicked, c, &CompareController::playOrPause);
    connect(m_transport, &TransportBar::speedChanged, c, &CompareController::setSpeed);
}

void ComparePane::refresh() {
    m_bar->refresh();
    const engine::CompareFrame* frame = m_controller.frame();
    if (frame == nullptr) {
        m_verdict->setVerdict({Verdict::Kind::Calm, "Reading", {}, {}});
        return;
    }
    m_verdict->setVerdict(compareVerdict(*frame));
    m_charts->setFrame(*frame, m_controller.options(), m_controller.overlays() && !frame->empty);
    m_charts->setMetric(m_controller.wishes().metric);
    m_sessions->setFrame(*frame);
    m_config->setFrame(*frame);
    m_configDock->setPlace(text(configRemark(*frame)));
    m_cosines->setFrame(*frame);
    m_cosineDock->setPlace(spanText(*frame).empty() ? QString()
                                                    : tr("mean of %1").arg(text(spanText(*frame))));
    m_summary->setFrame(*frame);
    m_summaryDock->setPlace(text(spanText(*frame)));
    m_timeline->setFrame(compareTimeline(*frame));
    shareRoom();
    refreshCursor();
}

void ComparePane::refreshCursor() {
    m_charts->setCursor(m_controller.cursor());
    const engine::CompareFrame* frame = m_controller.frame();
    if (frame == nullptr)
        return;
    TransportBar::State state;
    state.playing = m_controller.playing();
    state.loops = m_controller.view().loops();
    state.cursor = m_controller.cursor().value_or(0);
    state.last = frame->lastStep;
    state.viewFirst = frame->viewFirst;
    state.viewLast = frame->viewLast;
    state.empty = frame->empty;
    m_transport->setState(state);
}

void ComparePane::saveCsv() {
    auto* dialog = new QFileDialog(this, tr("Save the table"), QStringLiteral("comparison.csv"),
                                   tr("CSV (*.csv)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& name) {
        const engine::CompareFrame* frame = m_controller.frame();
        if (frame == nullptr || !frame->facts)
            return;
        QSaveFile file(name);
        const bool opened = file.open(QIODevice::WriteOnly);
        if (opened)
            tables::writeCompareCsv(*frame->facts, [&](std::string_view part) {
                file.write(part.data(), static_cast<qint64>(part.size()));
            });
        if (!opened || !file.commit())
            m_verdict->setVerdict({Verdict::Kind::Failure,
                                   tr("Cannot write %1").arg(name).toStdString(),
                                   file.errorString().toStdString(),
                                   {}});
    });
    dialog->open();
}

void ComparePane::dragEnterEvent(QDragEnterEvent* event) {
    if (!droppedFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void ComparePane::dropEvent(QDropEvent* event) {
    m_controller.addFiles(droppedFiles(*event->mimeData()));
    event->acceptProposedAction();
}

} // namespace rankscope::ui
