// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/Prompt.h"
#include "tests/pictures/Scenes.h"
#include "tests/pictures/Stage.h"

#include <QContextMenuEvent>
#include <QCoreApplication>
#include <QLineEdit>

namespace rankscope::pictures {
namespace {

using ui::ChartKind;

/// A cursor that stays; the mean cosines of the steps before it.
void lookAt(Stage& stage, double step) {
    stage.click(stage.w.panel(ChartKind::LossDispersion),
                stage.at(ChartKind::LossDispersion, step));
    stage.w.controller.setCosineWindow(16);
    stage.wait(
        [&] {
            const auto& cosine = stage.w.controller.frame()->cursor.cosine;
            return cosine && cosine->steps == 16;
        },
        "mean cosines");
    stage.settle();
}

/// The sample in which rank 5 departs, with the cursor behind that.
void departed(Stage& stage) {
    stage.open(Session::Departs);
    lookAt(stage, 84);
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
    stage.wait([&] { return stage.w.controller.frame()->lastStep < 64; }, "replay begins");
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
    stage.wait([&] { return stage.w.cursorStep() == 70; }, "values of that step");
    stage.settle();
}

void hosts(Stage& stage) {
    stage.open(Session::Hosts);
    lookAt(stage, stage.w.controller.frame()->lastStep * 0.85);
}

void notes(Stage& stage) {
    stage.open(Session::Annotated);
    const auto write = [&](double step, const char* text) {
        stage.w.controller.goTo(step);
        stage.wait([&] { return stage.w.controller.cursor() == step; }, "the cursor is there");
        stage.press(Qt::Key_N);
        stage.type(text);
        stage.press(Qt::Key_Return);
    };
    write(24, "warm-up ends");
    write(50, "shard 5 replaced");
    stage.press(Qt::Key_R);
    stage.w.window.prompt()->field()->selectAll();
    stage.type("2 target");
    stage.press(Qt::Key_Return);
    stage.w.controller.goTo(70);
    stage.settle();
}

void note(Stage& stage) {
    stage.open(Session::Annotated);
    stage.w.controller.goTo(50);
    stage.settle();
    stage.press(Qt::Key_N);
    stage.type("shard 5 replaced");
}

void chartMenu(Stage& stage) {
    stage.open(Session::Annotated);
    auto* loss = stage.w.panel(ChartKind::Loss);
    const QPoint at = stage.at(ChartKind::Loss, 60, 0.45);
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, loss->mapToGlobal(at));
    QCoreApplication::sendEvent(loss, &event);
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
        {"run-notes", "notes and a reference line", notes},
        {"run-note", "a note is written", note, true},
        {"run-menu", "the menu of a place in a chart", chartMenu},
        {"run-64", "64 ranks on 8 hosts", hosts},
        {"run-64-light", "64 ranks on 8 hosts, light", hosts, true},
        {"run-1024", "1,024 ranks", opened(Session::Thousand)},
        {"small-dark", "1280 x 760", selected, false, kSmall},
        {"small-light", "1280 x 760, light", opened(Session::Departs), true, kSmall},
        {"small-64", "64 ranks at 1280 x 760", hosts, false, kSmall},
        {"scale-2", "200 % scale", selected, false, {1280, 800}, 2},
        {"scale-2-64", "64 ranks at 200 % scale", hosts, true, {1280, 800}, 2},
        {"scale-1.25", "125 % scale", selected, false, {1280, 800}, 1.25},
    };
}

} // namespace rankscope::pictures
