// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/pictures/Scenes.h"
#include "tests/pictures/Stage.h"

namespace rankscope::pictures {
namespace {

using ui::ChartKind;

/// The sample in which rank 5 departs, with the cursor behind that.
void departed(Stage& stage) {
    stage.open(Session::Departs);
    stage.click(stage.w.panel(ChartKind::LossDispersion), stage.at(ChartKind::LossDispersion, 68));
    stage.settle();
}

/// ... selected by a click on its row.
void selected(Stage& stage) {
    departed(stage);
    auto* workers = stage.w.window.run()->workers();
    stage.click(workers->viewport(), workers->visualRect(workers->model()->index(5, 0)).center());
    stage.wait([&] { return stage.w.controller.selected() == RankId{5}; }, "rank 5 is selected");
    stage.settle();
}

void pair(Stage& stage) {
    departed(stage);
    auto* map = stage.w.window.run()->cosines();
    stage.click(map, map->cells().cell(2, 5).center().toPoint());
    stage.wait([&] { return stage.w.controller.view().view().pair.has_value(); }, "a pair");
    stage.wait([&] { return stage.w.controller.frame()->pair.has_value(); }, "their cosine");
    stage.wait([&] { return stage.w.controller.frame()->pair->complete; }, "... over time");
    stage.settle();
}

void smoothed(Stage& stage) {
    selected(stage);
    stage.trigger("smooth8");
    stage.press(Qt::Key_Y);
    stage.settle();
}

void replayed(Stage& stage) {
    stage.open(Session::Departs);
    stage.press(Qt::Key_Home);
    stage.press(Qt::Key_Space);
    stage.wait([&] { return stage.w.controller.frame()->lastStep >= 64; }, "replay goes on");
    stage.press(Qt::Key_Space);
    stage.settle();
}

void zoomed(Stage& stage) {
    stage.open(Session::Departs);
    stage.w.controller.zoom(40, 70);
    stage.hover(stage.w.panel(ChartKind::Loss), stage.at(ChartKind::Loss, 53));
    stage.settle();
}

void pinned(Stage& stage) {
    departed(stage);
    for (const int rank : {2, 5}) {
        stage.w.controller.selectRank(rank);
        stage.press(Qt::Key_P);
    }
    stage.press(Qt::Key_Escape);
    stage.settle();
}

void nonFinite(Stage& stage) {
    stage.open(Session::NonFinite);
    stage.w.controller.goTo(70);
    stage.settle();
}

void thousand(Stage& stage) {
    stage.open(Session::Thousand);
    stage.settle();
}

std::function<void(Stage&)> opened(Session session) {
    return [session](Stage& stage) { stage.open(session); };
}

constexpr QSize kSmall{1280, 760};

} // namespace

std::vector<Scene> runScenes() {
    return {
        {"run-dark", "a session of 8 ranks, rank 5 selected", selected},
        {"run-light", "the same, light", selected, true},
        {"run-healthy", "nothing is wrong", opened(Session::Healthy)},
        {"run-pair", "the cosine of two ranks over time", pair},
        {"run-smoothed", "smoothed lines before raw ones, log y", smoothed, true},
        {"run-zoomed", "some steps, with the crosshair", zoomed},
        {"run-replay", "replay is under way", replayed, true},
        {"run-pinned", "two ranks pinned", pinned},
        {"run-nan", "NaN in a gradient", nonFinite},
        {"run-elastic", "a gap, and a restart with fewer ranks", opened(Session::Elastic), true},
        {"run-one-rank", "a single rank", opened(Session::OneRank)},
        {"run-no-sketches", "no cosine between single ranks", opened(Session::NoSketches)},
        {"run-64", "64 ranks on 8 hosts", opened(Session::Hosts)},
        {"run-64-light", "64 ranks on 8 hosts, light", opened(Session::Hosts), true},
        {"run-1024", "1,024 ranks", thousand},
        {"small-dark", "1280 x 760", selected, false, kSmall},
        {"small-light", "1280 x 760, light", opened(Session::Departs), true, kSmall},
        {"small-64", "64 ranks at 1280 x 760", opened(Session::Hosts), false, kSmall},
        {"scale-2", "200 % scale", selected, false, {1280, 800}, 2},
        {"scale-2-64", "64 ranks at 200 % scale", opened(Session::Hosts), true, {1280, 800}, 2},
        {"scale-1.25", "125 % scale", selected, false, {1280, 800}, 1.25},
    };
}

} // namespace rankscope::pictures
