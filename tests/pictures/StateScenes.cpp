// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/record/Recorder.h"
#include "tests/pictures/Scenes.h"
#include "tests/pictures/Stage.h"

#include <unistd.h>

namespace rankscope::pictures {
namespace {

/// A run of 8 ranks that trains while one looks, `steps` steps on.
void trainTo(Stage& stage, double steps, const char* arguments) {
    stage.train(stage.listen(), QString::fromLatin1(arguments));
    stage.wait([&] { return stage.w.window.showsRun(); }, "ranks have called");
    stage.wait([&] { return stage.w.controller.frame()->lastStep >= steps; }, "ranks train");
}

constexpr const char* kTraining = "--ranks 8 --steps 100000 --rate 40 --fault corrupt-shard@5@60";

void live(Stage& stage) {
    trainTo(stage, 120, kTraining);
    stage.settle();
}

void paused(Stage& stage) {
    trainTo(stage, 100, kTraining);
    stage.press(Qt::Key_Space);
    stage.wait([&] { return stage.w.controller.view().newSteps() >= 14; }, "steps come in");
    stage.hover(stage.w.panel(ui::ChartKind::Loss), stage.at(ui::ChartKind::Loss, 80));
    stage.wait(
        [&] { return static_cast<double>(stage.w.cursorStep()) == stage.w.controller.cursor(); },
        "values at the pointer");
    stage.settle();
}

void stale(Stage& stage) {
    trainTo(stage, 90, kTraining);
    stage.freezeRanks();
    stage.wait([&] { return stage.w.window.pill()->text().startsWith(QLatin1String("STALE")); },
               "the values are old");
    stage.settle();
}

void ended(Stage& stage) {
    trainTo(stage, 119, "--ranks 8 --steps 120 --rate 60 --fault short-batches@2@50");
    stage.wait([&] { return stage.w.window.pill()->text() == QLatin1String("ENDED"); },
               "the ranks have left");
    stage.settle();
}

/// A recorder elsewhere, gone while its ranks train.
void lost(Stage& stage) {
    engine::Recorder::Options options;
    options.file = stage.w.scratch.filePath(QStringLiteral("elsewhere.rankscope")).toStdString();
    options.link.endpoint = "tcp://127.0.0.1:*";
    options.view = "tcp://127.0.0.1:*";
    auto recorder = engine::Recorder::start(options);
    stage.wait([&] { return recorder.has_value(); }, "a recorder");
    stage.w.window.openFiles({QString::fromStdString((*recorder)->viewEndpoint())});
    stage.train(QString::fromStdString((*recorder)->endpoint()), QString::fromLatin1(kTraining));
    stage.wait([&] { return stage.w.loaded(); }, "the window is attached");
    stage.wait([&] { return stage.w.controller.frame()->lastStep >= 90; }, "ranks train");
    stage.freezeRanks();
    recorder->reset();
    stage.wait([&] { return stage.w.window.pill()->text() == QLatin1String("LOST"); },
               "the link is lost");
}

void busyPort(Stage& stage) {
    Stage first(stage.sessions(), {400, 300}); // another program
    const QString taken = first.listen();
    first.w.window.hide();
    stage.w.listener.listenOn(taken);
    stage.wait([&] { return stage.w.controller.error().has_value(); }, "the port is taken");
}

/// As root every file can be read: the program is somebody else for a moment.
void forbidden(Stage& stage) {
    const QString file = stage.sessions().path(Session::Forbidden);
    const uid_t user = ::geteuid();
    constexpr uid_t kNobody = 65534;
    if (user == 0)
        stage.wait([] { return ::seteuid(kNobody) == 0; }, "nobody looks");
    stage.fail(Session::Forbidden);
    if (user == 0)
        stage.wait([&] { return ::seteuid(user) == 0; }, "root is back");
}

Scene failure(const char* name, const char* what, Session session, bool light = false) {
    return {name, what, [session](Stage& stage) { stage.fail(session); }, light};
}

} // namespace

std::vector<Scene> stateScenes() {
    return {
        {"live", "a run that trains", live},
        {"live-light", "a run that trains, light", live, true},
        {"live-paused", "the picture is held while steps come in", paused},
        {"live-stale", "no record for longer than steps take", stale, false, {1600, 1000}, 1, true},
        {"live-ended", "the ranks have left", ended},
        {"attached-lost", "a recorder elsewhere does not answer", lost, true},
        {"attach", "which recorder to look at", [](Stage& stage) { stage.trigger("attach"); }},
        {"error-port", "another program listens there", busyPort},
        failure("error-missing", "no such file", Session::Missing),
        {"error-permission", "a file that must not be read", forbidden},
        failure("error-foreign", "a file of another kind", Session::Foreign, true),
        failure("error-newer", "a session of a later version", Session::Newer),
        failure("error-cut", "a session whose end is missing", Session::Cut),
        {"error-empty", "a session without a step",
         [](Stage& stage) {
             stage.w.window.openFiles({stage.sessions().path(Session::NoStep)});
             stage.wait([&] { return !stage.w.headline().isEmpty(); }, "it says so");
         }},
        {"error-beside", "a file that can't be opened beside a run",
         [](Stage& stage) {
             stage.open(Session::Healthy);
             stage.fail(Session::Missing);
         },
         true},
    };
}

} // namespace rankscope::pictures
