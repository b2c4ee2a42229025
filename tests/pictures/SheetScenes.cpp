// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/FigurePreview.h"
#include "tests/pictures/Scenes.h"
#include "tests/pictures/Stage.h"

namespace rankscope::pictures {
namespace {

void firstRun(Stage& stage) {
    stage.listen();
}

void palette(Stage& stage) {
    stage.open(Session::Departs);
    stage.press(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    stage.type("ra");
}

void shortcuts(Stage& stage) {
    stage.open(Session::Departs);
    stage.trigger("shortcuts");
}

void about(Stage& stage) {
    stage.open(Session::Healthy);
    stage.trigger("about");
}

void figure(Stage& stage) {
    stage.open(Session::Departs);
    stage.press(Qt::Key_E, Qt::ControlModifier);
    stage.wait(
        [&] {
            const auto* preview = stage.w.window.findChild<ui::FigurePreview*>();
            return preview != nullptr && preview->drawing().has_value();
        },
        "there is a preview");
}

} // namespace

std::vector<Scene> sheetScenes() {
    return {
        {"first-run", "nothing yet", firstRun},
        {"first-run-light", "nothing yet, light", firstRun, true},
        {"small-first-run", "nothing yet, 1280 x 760", firstRun, false, {1280, 760}},
        {"scale-2-first-run", "nothing yet, 200 % scale", firstRun, false, {1280, 800}, 2},
        {"palette", "find or run", palette},
        {"palette-light", "find or run, light", palette, true},
        {"figure", "a figure for a paper", figure},
        {"figure-light", "a figure for a paper, light", figure, true},
        {"small-figure", "a figure for a paper, 1280 x 760", figure, false, {1280, 760}},
        {"shortcuts", "the shortcuts", shortcuts},
        {"shortcuts-light", "the shortcuts, light", shortcuts, true},
        {"about", "the program and its parts", about},
    };
}

} // namespace rankscope::pictures
