// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/RunPane.h"

#include "app/ui/RunController.h"
#include "app/ui/models/CosineModel.h"
#include "app/ui/models/TimelineModel.h"
#include "app/ui/panels/Bars.h"
#include "app/ui/panels/ChartsPane.h"
#include "app/ui/panels/Dock.h"
#include "app/ui/panels/FormSwitch.h"
#include "app/ui/panels/RankDocks.h"
#include "app/ui/panels/TransportBar.h"
#include "app/ui/panels/WorkersPane.h"
#include "widgets/charts/ChartPanel.h"
#include "widgets/heatmap/StepMapView.h"
#include "widgets/timeline/TimelineView.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QToolButton>
#include <algorithm>

namespace rankscope::ui {

using widgets::HeatmapView;
using widgets::StepMapView;
using widgets::TimelineView;

namespace {

constexpr int kDockWidth = 436;
constexpr int kNumbersMs = 250;   ///< faster no one could read them
constexpr int kStepsStretch = 34; ///< of the charts' column

} // namespace

RunPane::RunPane(RunController& controller, QWidget* parent)
    : QMainWindow(parent, Qt::Widget),
      m_controller(controller),
      m_charts(new ChartsPane),
      m_steps(new StepMapView),
      m_ranks(new RankDocks(controller, this)),
      m_timeline(new TimelineView),
      m_transport(new TransportBar) {
    setCentralWidget(m_charts);
    m_steps->setAccessibleName(tr("Ranks \u00D7 steps"));
    m_steps->hide();
    m_charts->insertBelowLoss(m_steps, kStepsStretch);
    placeDocks();
    addTimelineBar(this, tr("Timeline"), m_transport, m_timeline);
    connectCharts();
    connectSteps();
    connectTime();
    for (Dock* dock : docks()) {
        const auto touched = [this] { m_sharing = false; };
        connect(dock, &QDockWidget::topLevelChanged, this, touched);
        connect(dock, &QDockWidget::dockLocationChanged, this, touched);
        connect(dock->toggleViewAction(), &QAction::toggled, this, [this](bool shown) {
            m_sharing = m_sharing && shown; // they are all shown at first
        });
    }
    setTabOrder(m_charts->panel(ChartKind::Loss), m_steps);
    setTabOrder(m_steps, m_charts->panel(ChartKind::LossDispersion));
    QWidget* before = m_charts->normForm()->button(true);
    for (QWidget* next : QList<QWidget*>{m_ranks->orderChoice(), m_ranks->windowChoice(), cosines(),
                                         layers(), workers(), m_timeline}) {
        setTabOrder(before, next);
        before = next;
    }
    m_pace.setSingleShot(true);
    m_pace.setInterval(kNumbersMs);
    connect(&m_pace, &QTimer::timeout, this, [this] {
        if (m_numbersDue && m_controller.frame() != nullptr)
            refreshNumbers();
    });
}

void RunPane::connectCharts() {
    auto* c = &m_controller;
    connect(m_charts, &ChartsPane::hovered, c, &RunController::hover);
    connect(m_charts, &ChartsPane::left, c, &RunController::leave);
    connect(m_charts, &ChartsPane::clicked, c, &RunController::click);
    connect(m_charts, &ChartsPane::viewRequested, c, &RunController::zoomTo);
    connect(m_charts, &ChartsPane::resetRequested, c, &RunController::resetView);
    connect(m_charts, &ChartsPane::columnsChanged, c, &RunController::setColumns);
    connect(m_charts, &ChartsPane::normsRequested, c, &RunController::setNorms);
    connect(m_charts, &ChartsPane::playRequested, c, &RunController::playOrPause);
}

void RunPane::connectSteps() {
    auto* c = &m_controller;
    const auto rankOf = [this](int row) {
        return row < 0 ? -1 : std::stoi(m_steps->frame().rows[static_cast<std::size_t>(row)]);
    };
    connect(m_steps, &StepMapView::stepHovered, c, &RunController::hover);
    connect(m_steps, &StepMapView::left, c, &RunController::leave);
    connect(m_steps, &StepMapView::stepClicked, c,
            [c, rankOf](double step, int row) { c->click(step, rankOf(row)); });
    connect(m_steps, &StepMapView::clicked, c,
            [c, rankOf](int row, int) { c->selectRank(rankOf(row)); });
    connect(m_steps, &StepMapView::viewRequested, c, &RunController::zoom);
    connect(m_steps, &StepMapView::resetRequested, c, &RunController::resetView);
}

void RunPane::connectTime() {
    auto* c = &m_controller;
    connect(m_timeline, &TimelineView::scrubbed, c, &RunController::scrub);
    connect(m_timeline, &TimelineView::viewRequested, c, &RunController::zoom);
    connect(m_timeline, &TimelineView::resetRequested, c, &RunController::resetView);
    connect(m_transport, &TransportBar::firstClicked, c, &RunController::toFirst);
    connect(m_transport, &TransportBar::lastClicked, c, &RunController::toLast);
    connect(m_transport, &TransportBar::loopToggled, c, &RunController::setLoop);
    connect(m_transport, &TransportBar::stepClicked, c, &RunController::moveBy);
    connect(m_transport, &TransportBar::playClicked, c, &RunController::playOrPause);
    connect(m_transport, &TransportBar::liveClicked, c, &RunController::goLive);
    connect(m_transport, &TransportBar::speedChanged, c, &RunController::setSpeed);
}

void RunPane::refresh() {
    const engine::RunFrame* frame = m_controller.frame();
    if (frame == nullptr)
        return;
    const auto selected = m_controller.selected();
    m_charts->setFrame(*frame, m_controller.chartOptions());
    refreshSteps(*frame);
    const ViewState& view = m_controller.view();
    m_timeline->setFrame(timelineFrame(*frame, m_controller.chartOptions(), view.view().playhead,
                                       view.loops(), view.spanLast()));
    const bool running = view.live() && !view.held() && !view.view().cursor;
    m_numbersDue = running && m_pace.isActive() && selected == m_selected;
    if (!m_numbersDue)
        refreshNumbers();
    m_charts->setFaded(frame->status.state == engine::RunState::Stale);
    workers()->setFaded(frame->status.state == engine::RunState::Stale);
    refreshCursor();
    shareHeight();
}

void RunPane::refreshNumbers() {
    const engine::RunFrame* frame = m_controller.frame();
    m_selected = m_controller.selected();
    m_numbersDue = false;
    m_pace.start();
    m_charts->setHeaders(*frame, m_controller.chartOptions());
    m_ranks->show(*frame);
}

/// More ranks than lines can tell apart have a map of their own below the loss.
void RunPane::refreshSteps(const engine::RunFrame& frame) {
    const bool many = frame.status.world > kMaxRankLines;
    if (!frame.empty && many != m_manyRanks) {
        m_manyRanks = many;
        m_controller.setImage(many ? std::optional(engine::RankSignal::Loss) : std::nullopt);
    }
    const bool wanted = m_controller.view().view().image.has_value();
    m_steps->setVisible(wanted);
    if (wanted)
        m_steps->setFrame(
            stepFrame(frame, m_ranks->options(), m_controller.chartOptions().following));
}

void RunPane::refreshCursor() {
    m_charts->setCursor(m_controller.cursor());
    m_steps->setStep(m_controller.cursor());
    const engine::RunFrame* frame = m_controller.frame();
    if (frame == nullptr)
        return;
    const ViewState& view = m_controller.view();
    TransportBar::State state;
    state.live = view.live();
    state.held = view.held();
    state.playing = m_controller.playing();
    state.loops = view.loops();
    state.pace = frame->status.stepsPerSecond;
    state.newSteps = view.newSteps();
    state.cursor = m_controller.cursor().value_or(0);
    state.last = std::max(frame->lastStep, view.lastStep());
    state.viewFirst = std::max(frame->viewFirst, frame->spanFirst); // without the air beside it
    state.viewLast = std::min(frame->viewLast, frame->spanLast);
    state.empty = frame->empty;
    m_transport->setState(state);
}

void RunPane::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    shareHeight();
}

/// The maps get the height that shows them in full, the table the rest.
void RunPane::shareHeight() {
    const QList<int> heights = m_ranks->heights(height() - kTimelineHeight);
    if (!m_sharing || heights == m_heights)
        return; // leaves alone what the user has moved
    m_heights = heights;
    const QList<Dock*> docks = m_ranks->docks();
    resizeDocks(QList<QDockWidget*>(docks.begin(), docks.end()), heights, Qt::Vertical);
    resizeDocks({docks.front()}, {kDockWidth}, Qt::Horizontal);
}

QList<Dock*> RunPane::docks() const {
    return m_ranks->docks();
}

HeatmapView* RunPane::cosines() const {
    return m_ranks->cosines();
}

HeatmapView* RunPane::layers() const {
    return m_ranks->layers();
}

WorkersPane* RunPane::workers() const {
    return m_ranks->workers();
}

QByteArray RunPane::layoutState() const {
    return m_sharing ? QByteArray() : saveState();
}

bool RunPane::event(QEvent* event) {
    // Between the docks: one of their edges is dragged.
    if (event->type() == QEvent::MouseButtonPress)
        m_sharing = false;
    return QMainWindow::event(event);
}

void RunPane::setLayout(const QByteArray& state) {
    if (!state.isEmpty() && restoreState(state)) {
        m_sharing = false;
        return;
    }
    placeDocks();
    m_sharing = true;
    m_heights.clear();
    shareHeight();
}

/// All of them at the right, one above the other.
void RunPane::placeDocks() {
    for (Dock* dock : docks()) {
        dock->setFloating(false);
        addDockWidget(Qt::RightDockWidgetArea, dock);
        dock->show();
    }
}

} // namespace rankscope::ui
