// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/CompareController.h"
#include "app/ui/CompareDesk.h"
#include "app/ui/panels/CompareBar.h"
#include "app/ui/panels/CompareChartsPane.h"
#include "app/ui/panels/ComparePane.h"
#include "app/ui/panels/FormSwitch.h"
#include "tests/pictures/Scenes.h"
#include "tests/pictures/Stage.h"

#include <QToolButton>

namespace rankscope::pictures {
namespace {

using ui::ChartKind;

void settleComparison(Stage& stage) {
    const auto* controller = stage.w.window.compare()->controller();
    stage.wait(
        [&] {
            const auto* frame = controller->frame();
            return frame != nullptr && !frame->loading && !frame->refining;
        },
        "all is computed");
    stage.rest();
}

void compare(Stage& stage, const std::vector<Session>& sessions) {
    QStringList files;
    for (const Session session : sessions)
        files << stage.sessions().path(session);
    stage.w.window.openFiles(files);
    stage.wait([&] { return stage.w.window.compares(); }, "the page is there");
    settleComparison(stage);
}

void seeds(Stage& stage) {
    compare(stage, {Session::Healthy, Session::OtherSeed});
    auto* loss = stage.w.window.compare()->page()->charts()->panel(0, ChartKind::Loss);
    const auto& geometry = loss->geometry();
    stage.click(loss, QPointF(geometry.toX(70), geometry.plot.center().y()).toPoint());
    settleComparison(stage);
}

void overlay(Stage& stage) {
    compare(stage, {Session::Healthy, Session::OtherSeed, Session::Departs});
    auto* form = stage.w.window.compare()->page()->bar()->form();
    stage.click(form->button(true), form->button(true)->rect().center());
    settleComparison(stage);
}

void three(Stage& stage) {
    compare(stage, {Session::Healthy, Session::OtherSeed, Session::Departs});
}

void missing(Stage& stage) {
    compare(stage, {Session::Healthy, Session::Missing});
}

} // namespace

std::vector<Scene> compareScenes() {
    return {
        {"compare", "two seeds side by side and their difference", seeds},
        {"compare-light", "the same, light", seeds, true},
        {"compare-three", "three sessions side by side", three},
        {"compare-overlay", "two seeds of one setting against another run", overlay},
        {"compare-overlay-light", "the same, light", overlay, true},
        {"compare-missing", "a session that can't be opened", missing, true},
        {"small-compare", "1280 x 760", seeds, false, {1280, 760}},
        {"scale-2-compare", "200 % scale", overlay, true, {1280, 800}, 2},
    };
}

} // namespace rankscope::pictures
