// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/RunPane.h"

#include "app/ui/RunController.h"
#include "app/ui/models/CosineModel.h"
#include "app/ui/panels/ChartsPane.h"
#include "app/ui/panels/Dock.h"
#include "app/ui/panels/FormSwitch.h"
#include "app/ui/panels/TransportBar.h"
#include "app/ui/panels/WorkersPane.h"
#include "widgets/charts/ChartPanel.h"
#include "widgets/common/NumberText.h"
#include "widgets/heatmap/HeatmapView.h"
#include "widgets/timeline/TimelineView.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QToolBar>
#include <QToolButton>
#include <algorithm>

namespace rankscope::ui {

using widgets::HeatmapView;
using widgets::TimelineView;

namespace {

constexpr int kDockWidth = 436, kDockTitle = 26, kFewestRows = 3;
constexpr int kNumbersMs = 250; ///< faster no one could read them
constexpr double kNoLimit = 1e9;

} // namespace

RunPane::RunPane(RunController& controller, QWidget* parent)
    : QMainWindow(parent, Qt::Widget),
      m_controller(controller),
      m_charts(new ChartsPane),
      m_cosines(new HeatmapView),
      m_layers(new HeatmapView),
      m_workers(new WorkersPane),
      m_cosineDock(new Dock("cosineDock", tr("Cosine between ranks"), m_cosines, this)),
      m_layerDock(new Dock("layerDock", tr("Layers \u00D7 ranks"), m_layers, this)),
      m_workerDock(new Dock("workerDock", tr("Workers"), m_workers, this)),
      m_timeline(new TimelineView),
      m_transport(new TransportBar) {
    setCentralWidget(m_charts);
    m_cosines->setAccessibleName(tr("Cosine between ranks"));
    m_layers->setAccessibleName(tr("Leave-one-out cosine by layer and rank"));
    m_layerDock->setRemark(tr("leave-one-out cosine, same scale"));
    placeDocks();
    auto* bar = new QToolBar(tr("Timeline"));
    bar->setObjectName(QStringLiteral("timelineBar"));
    bar->setMovable(false);
    auto* strip = new QWidget;
    strip->setObjectName(QStringLiteral("timelineStrip"));
    strip->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(strip);
    row->setContentsMargins(0, 1, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_transport);
    row->addWidget(m_timeline, 1);
    strip->setFixedHeight(80);
    strip->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    bar->addWidget(strip);
    bar->toggleViewAction()->setEnabled(false);
    addToolBar(Qt::BottomToolBarArea, bar);
    connectCharts();
    connectRest();
    for (Dock* dock : docks()) {
        const auto touched = [this] { m_sharing = false; };
        connect(dock, &QDockWidget::topLevelChanged, this, touched);
        connect(dock, &QDockWidget::dockLocationChanged, this, touched);
        connect(dock->toggleViewAction(), &QAction::toggled, this, [this](bool shown) {
            m_sharing = m_sharing && shown; // they are all shown at first
        });
    }
    QWidget* before = m_charts->normForm()->button(true);
    for (QWidget* next : QList<QWidget*>{m_cosines, m_layers, m_workers}) {
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
    connect(m_charts, &ChartsPane::viewRequested, c, &RunController::zoom);
    connect(m_charts, &ChartsPane::resetRequested, c, &RunController::resetView);
    connect(m_charts, &ChartsPane::columnsChanged, c, &RunController::setColumns);
    connect(m_charts, &ChartsPane::normsRequested, c, &RunController::setNorms);
    connect(m_charts, &ChartsPane::playRequested, c, &RunController::playOrPause);
}

void RunPane::connectRest() {
    auto* c = &m_controller;
    for (HeatmapView* map : {m_cosines, m_layers}) {
        connect(map, &HeatmapView::clicked, c, [c, map](int, int column) {
            c->selectRank(std::stoi(map->frame().columns[static_cast<std::size_t>(column)]));
        });
    }
    const auto choose = [c](int rank) { // the arrows never deselect
        if (c->selected() != RankId{static_cast<RankId::rep>(rank)})
            c->selectRank(rank);
    };
    for (HeatmapView* map : {m_cosines, m_layers}) {
        connect(map, &HeatmapView::reached, c, [choose, map](int, int column) {
            choose(std::stoi(map->frame().columns[static_cast<std::size_t>(column)]));
        });
    }
    connect(m_workers, &WorkersPane::rankReached, c, choose);
    connect(m_cosines, &HeatmapView::mapWidthChanged, m_layers, [this](double pixels) {
        m_layers->setWidestMap(m_cosines->frame().empty() ? kNoLimit : pixels);
    });
    connect(m_cosines, &HeatmapView::hovered, m_cosineDock, &Dock::setHoverText);
    connect(m_layers, &HeatmapView::hovered, m_layerDock, &Dock::setHoverText);
    connect(m_workers, &WorkersPane::rankClicked, c, &RunController::selectRank);
    connect(m_timeline, &TimelineView::scrubbed, c, &RunController::scrub);
    connect(m_timeline, &TimelineView::viewRequested, c, &RunController::zoom);
    connect(m_timeline, &TimelineView::resetRequested, c, &RunController::resetView);
    connect(m_transport, &TransportBar::firstClicked, c, &RunController::toFirst);
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
    m_timeline->setFrame(timelineFrame(*frame, m_controller.view().view().playhead));
    const ViewState& view = m_controller.view();
    const bool running = view.live() && !view.held() && !view.view().cursor;
    m_numbersDue = running && m_pace.isActive() && selected == m_selected;
    if (!m_numbersDue)
        refreshNumbers();
    m_charts->setFaded(frame->status.state == engine::RunState::Stale);
    m_workers->setFaded(frame->status.state == engine::RunState::Stale);
    refreshCursor();
    shareHeight();
}

void RunPane::refreshNumbers() {
    const engine::RunFrame* frame = m_controller.frame();
    const auto selected = m_selected = m_controller.selected();
    m_numbersDue = false;
    m_pace.start();
    m_charts->setHeaders(*frame, m_controller.chartOptions());
    m_cosines->setFrame(cosineFrame(*frame, selected));
    m_layers->setFrame(layerFrame(*frame, selected));
    m_workers->setFrame(*frame, selected);

    const QString place =
        frame->empty
            ? QString()
            : tr("at step %1")
                  .arg(QString::fromStdString(widgets::countText(frame->cursor.step.value())));
    for (Dock* dock : docks())
        dock->setPlace(place);
    m_cosineDock->setRemark(QString::fromStdString(cosineRemark(*frame)));
}

void RunPane::refreshCursor() {
    m_charts->setCursor(m_controller.cursor());
    const engine::RunFrame* frame = m_controller.frame();
    if (frame == nullptr)
        return;
    const ViewState& view = m_controller.view();
    TransportBar::State state;
    state.live = view.live();
    state.held = view.held();
    state.playing = m_controller.playing();
    state.newSteps = view.newSteps();
    state.cursor = m_controller.cursor().value_or(0);
    state.last = frame->lastStep;
    state.viewFirst = frame->viewFirst;
    state.viewLast = frame->viewLast;
    state.empty = frame->empty;
    m_transport->setState(state);
}

void RunPane::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    shareHeight();
}

/// The maps get the height that shows them in full, the table the rest; in a low window the
/// cosine map gives way first, as it stays readable when smaller.
void RunPane::shareHeight() {
    const int room = height() - 80 - 3 * kDockTitle;
    const int fewest = 24 + kFewestRows * 20 + 4; // header, rows, the ring's place
    int cosines = m_cosines->frame().empty() ? 96 : m_cosines->heightForWidth(kDockWidth) + 4;
    int layers = m_layers->frame().empty() ? 64 : m_layers->heightForWidth(kDockWidth);
    const int over = std::max(0, cosines + layers + fewest - room);
    const int fromCosines = std::min(over, std::max(0, cosines - 200));
    cosines -= fromCosines;
    layers = std::max(80, layers - (over - fromCosines));
    const QList<int> heights{cosines + kDockTitle, layers + kDockTitle,
                             std::max(fewest, room - cosines - layers) + kDockTitle};
    if (!m_sharing || heights == m_heights)
        return; // leaves alone what the user has moved
    m_heights = heights;
    resizeDocks({m_cosineDock, m_layerDock, m_workerDock}, heights, Qt::Vertical);
    resizeDocks({m_cosineDock}, {kDockWidth}, Qt::Horizontal);
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
