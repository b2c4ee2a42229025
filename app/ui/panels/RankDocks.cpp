// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/RankDocks.h"

#include "app/ui/RunController.h"
#include "app/ui/models/CosineModel.h"
#include "app/ui/panels/Dock.h"
#include "app/ui/panels/WorkersPane.h"
#include "widgets/common/NumberText.h"
#include "widgets/heatmap/HeatmapView.h"

#include <QComboBox>
#include <QMenu>
#include <algorithm>
#include <array>

namespace rankscope::ui {

using widgets::HeatmapView;

namespace {

constexpr int kWidth = 436, kTitle = 26;
constexpr int kLeastCosines = 200, kLeastLayers = 80, kSeparator = 1, kLeastRows = 3, kFullRows = 8;
constexpr double kNoLimit = 1e9;
constexpr std::array kOrders{MapOrder::Rank, MapOrder::Host, MapOrder::Similarity};
constexpr std::array<std::uint32_t, 4> kWindows{1, 4, 16, 64};

RankId rankAt(const std::vector<std::string>& names, int index) {
    return RankId{static_cast<RankId::rep>(std::stoul(names[static_cast<std::size_t>(index)]))};
}

} // namespace

RankDocks::RankDocks(RunController& controller, QWidget* window)
    : QObject(window),
      m_controller(controller),
      m_cosines(new HeatmapView),
      m_layers(new HeatmapView),
      m_workers(new WorkersPane),
      m_cosineDock(new Dock("cosineDock", tr("Cosine between ranks"), m_cosines, window)),
      m_layerDock(new Dock("layerDock", tr("Layers \u00D7 ranks"), m_layers, window)),
      m_workerDock(new Dock("workerDock", tr("Workers"), m_workers, window)),
      m_order(new QComboBox),
      m_window(new QComboBox) {
    m_cosines->setAccessibleName(tr("Cosine between ranks"));
    m_layers->setAccessibleName(tr("Leave-one-out cosine by layer and rank"));
    m_layerDock->setRemark(tr("leave-one-out cosine, same scale"));
    makeChoices();
    connectMaps();
    connect(&m_similarity, &SimilarityOrder::changed, this, [this] {
        if (m_controller.frame() != nullptr)
            show(*m_controller.frame());
    });
}

void RankDocks::makeChoices() {
    m_order->addItems({tr("by rank"), tr("by host"), tr("by similarity")});
    m_order->setAccessibleName(tr("Order of the ranks"));
    m_order->setToolTip(tr("Order of the ranks in maps and table"));
    for (const std::uint32_t steps : kWindows)
        m_window->addItem(steps == 1 ? tr("1 step") : tr("%1 steps").arg(steps));
    m_window->setAccessibleName(tr("Steps in the mean of the cosines"));
    m_window->setToolTip(tr("Cosines are the mean of so many steps that end at the cursor"));
    for (QComboBox* choice : {m_order, m_window}) {
        choice->setObjectName(QStringLiteral("titleChoice"));
        choice->setFocusPolicy(Qt::TabFocus);
        choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        m_cosineDock->addControl(choice);
    }
    connect(m_order, &QComboBox::activated, &m_controller, [this](int index) {
        m_controller.setMapOrder(kOrders[static_cast<std::size_t>(index)]);
    });
    connect(m_window, &QComboBox::activated, &m_controller, [this](int index) {
        m_controller.setCosineWindow(kWindows[static_cast<std::size_t>(index)]);
    });
}

void RankDocks::connectMaps() {
    for (HeatmapView* map : {m_cosines, m_layers})
        connect(map, &HeatmapView::clicked, this,
                [this, map](int row, int column) { pick(map, row, column); });
    const auto choose = [this](int rank) { // the arrows never deselect
        if (m_controller.selected() != RankId{static_cast<RankId::rep>(rank)})
            m_controller.selectRank(rank);
    };
    connect(m_layers, &HeatmapView::reached, this, [this, choose](int, int column) {
        choose(static_cast<int>(rankAt(m_layers->frame().columns, column).value()));
    });
    connect(m_cosines, &HeatmapView::mapWidthChanged, m_layers, [this](double pixels) {
        m_layers->setWidestMap(m_cosines->frame().empty() ? kNoLimit : pixels);
    });
    connect(m_cosines, &HeatmapView::hovered, m_cosineDock, &Dock::setHoverText);
    connect(m_layers, &HeatmapView::hovered, m_layerDock, &Dock::setHoverText);
    connect(m_workers, &WorkersPane::rankReached, this, choose);
    connect(m_workers, &WorkersPane::rankClicked, &m_controller, &RunController::selectRank);
    connect(m_workers, &WorkersPane::menuRequested, this, &RankDocks::showMenu);
}

void RankDocks::showMenu(int rank, QPoint global) {
    const RankId id{static_cast<RankId::rep>(rank)};
    const RankChoice& choice = m_controller.view().ranks();
    auto* menu = new QMenu(m_workers);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString& name, bool on, auto set) {
        QAction* action = menu->addAction(name);
        action->setCheckable(true);
        action->setChecked(on);
        connect(action, &QAction::triggered, &m_controller, set);
    };
    auto* c = &m_controller;
    add(tr("Select rank %1").arg(rank), choice.selected() == id,
        [c, rank] { c->selectRank(rank); });
    add(tr("Pin its line"), choice.pinned().contains(id), [c, id](bool on) { c->pinRank(id, on); });
    add(tr("Solo"), choice.soloed().contains(id), [c, id](bool on) { c->soloRank(id, on); });
    add(tr("Hide its line"), choice.hidden().contains(id),
        [c, id](bool on) { c->hideRank(id, on); });
    menu->addSeparator();
    QAction* all = menu->addAction(tr("Show all ranks"), c, &RunController::showAllRanks);
    all->setEnabled(choice.filtered());
    menu->popup(global);
}

/// A cell of the cosine map is a pair; a label, the diagonal and a layer's cell are a rank.
void RankDocks::pick(const HeatmapView* map, int row, int column) {
    const auto& columns = map->frame().columns;
    if (map->frame().square() && row >= 0 && column >= 0 && row != column)
        m_controller.selectPair(rankAt(columns, row), rankAt(columns, column));
    else if (column >= 0 || map->frame().square())
        m_controller.selectRank(
            static_cast<int>(rankAt(columns, column >= 0 ? column : row).value()));
}

MapOptions RankDocks::options() const {
    return {m_controller.mapOrder(), m_similarity.ranks(), m_controller.selected(),
            m_controller.view().view().pair};
}

void RankDocks::show(const engine::RunFrame& frame) {
    const ViewState& view = m_controller.view();
    // Ranks that change places at every step could not be followed.
    const bool moving = m_controller.playing() || (view.live() && view.following());
    if (m_controller.mapOrder() == MapOrder::Similarity &&
        (!moving || m_similarity.ranks().empty()))
        m_similarity.compute(frame.cursor.cosine);
    const MapOptions shown = options();
    // A large map is made anew only for other cosines; small ones also show values of the step.
    const bool large = frame.cursor.cosine &&
                       frame.cursor.cosine->ranks.size() > widgets::HeatmapLayout::kValuesUpTo;
    if (!large || frame.cursor.cosine != m_shownMatrix || shown != m_shown)
        m_cosines->setFrame(cosineFrame(frame, shown));
    m_shownMatrix = frame.cursor.cosine;
    m_shown = shown;
    m_layers->setFrame(layerFrame(frame, shown));
    m_workers->setFrame(frame, shown, view.ranks());

    const auto place = [&](Step step) {
        return frame.empty
                   ? QString()
                   : tr("at step %1").arg(QString::fromStdString(widgets::countText(step.value())));
    };
    m_layerDock->setPlace(place(frame.cursor.step));
    m_workerDock->setPlace(place(frame.cursor.step));
    m_cosineDock->setPlace(place(cosineStep(frame)));
    m_cosineDock->setRemark(QString::fromStdString(cosineRemark(frame)));
    m_order->setCurrentIndex(
        static_cast<int>(std::find(kOrders.begin(), kOrders.end(), shown.order) - kOrders.begin()));
    const auto window = std::find(kWindows.begin(), kWindows.end(), view.view().cosineWindow);
    m_window->setCurrentIndex(
        window == kWindows.end() ? -1 : static_cast<int>(window - kWindows.begin()));
}

/// The cosine map gives way first, as it stays readable when smaller: a little so that the table of
/// a small run shows every rank, and more in a low window.
QList<int> RankDocks::heights(int room) const {
    room -= 3 * kTitle + 2 * kSeparator;
    int cosines = m_cosines->frame().empty() ? 96 : m_cosines->heightForWidth(kWidth) + 4;
    int layers = m_layers->frame().empty() ? 64 : m_layers->heightForWidth(kWidth);
    const int rows = std::clamp(m_workers->model()->rowCount(), kLeastRows, kFullRows);
    cosines -= std::clamp(cosines + layers + m_workers->heightOf(rows) - room, 0, cosines / 5);
    const int fewest = m_workers->heightOf(kLeastRows);
    const int over = std::max(0, cosines + layers + fewest - room);
    const int fromCosines = std::min(over, std::max(0, cosines - kLeastCosines));
    cosines -= fromCosines;
    layers = std::max(kLeastLayers, layers - (over - fromCosines));
    return {cosines + kTitle, layers + kTitle, std::max(fewest, room - cosines - layers) + kTitle};
}

} // namespace rankscope::ui
