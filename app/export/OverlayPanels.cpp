// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/OverlayPanels.h"

#include "app/engine/compare/Comparison.h"
#include "app/engine/session/SessionAddress.h"
#include "app/ui/models/CompareCharts.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace rankscope::figures {
namespace {

using engine::CompareFrame;

constexpr int kColumns = 2'000; ///< of a plot; runs are few, so files stay small

/// Everything is read, and what is compared is all of it: comparing is paced, and may be behind.
bool complete(const CompareFrame& frame) {
    return !frame.loading &&
           std::all_of(frame.sessions.begin(), frame.sessions.end(),
                       [&](const engine::CompareSession& session) {
                           if (session.error || !session.frame)
                               return true;
                           if (session.frame->empty)
                               return !session.frame->refining;
                           return !session.frame->refining && frame.facts && session.run &&
                                  static_cast<double>(
                                      frame.facts->sessions[*session.run].lastStep) ==
                                      session.frame->lastStep;
                       });
}

/// The comparison that a window would arrive at; null when it was stopped.
std::shared_ptr<const CompareFrame> compared(const FigureRequest& request,
                                             const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any done;
    std::shared_ptr<const CompareFrame> newest;
    engine::CompareView view = request.overlay->view;
    view.run = {};
    view.run.smoothing = request.view.smoothing;
    view.run.columns = 100; // the plots of single runs are not drawn, nor their maps
    view.run.cosineWindow = 0;
    view.wideColumns = kColumns;
    if (!request.options.following) {
        view.run.follow = false;
        view.run.first = static_cast<double>(request.steps.first.value());
        view.run.last =
            request.steps.last ? static_cast<double>(request.steps.last->value()) - 1 : 9e15;
    }
    engine::Comparison comparison({}, [&](std::shared_ptr<const CompareFrame> frame) {
        if (!complete(*frame))
            return;
        const std::lock_guard lock(mutex);
        newest = std::move(frame);
        done.notify_one();
    });
    comparison.setView(view);
    comparison.setFiles(request.files);
    std::unique_lock lock(mutex);
    done.wait(lock, stop, [&] { return newest != nullptr; });
    return newest;
}

std::optional<std::size_t> overlayOf(PanelKind kind) {
    switch (kind) {
    case PanelKind::Loss:
        return 0;
    case PanelKind::Dispersion:
        return 1;
    case PanelKind::Direction:
        return 2;
    default:
        return std::nullopt;
    }
}

/// Which letter is which run.
std::string namesOf(const CompareFrame& frame) {
    std::string names;
    for (const engine::CompareFacts::Session& session : frame.facts->sessions)
        names += (names.empty() ? "" : ", ") + session.mark + " " +
                 (session.name.empty() ? engine::addressStem(session.file) : session.name);
    return names;
}

} // namespace

Result<Page> overlayPage(const FigureRequest& request, const std::stop_token& stop) {
    const auto frame = compared(request, stop);
    if (!frame)
        return fail(ErrorCode::Unavailable, "the figure was given up");
    for (const engine::CompareSession& session : frame->sessions)
        if (session.error)
            return tl::unexpected(*session.error);
    if (frame->empty || !frame->facts)
        return fail(ErrorCode::Unavailable, "the sessions hold no step yet");
    ui::CompareOptions options;
    options.logY = request.options.logY;
    options.following = request.options.following;
    options.smoothing = request.view.smoothing;
    options.spread = request.overlay->spread;
    Page page;
    page.title = namesOf(*frame);
    for (const PanelKind kind : request.panels) {
        const auto overlay = overlayOf(kind);
        if (!overlay && kind != PanelKind::Difference)
            return fail(ErrorCode::Unavailable,
                        std::string("the panel ") + nameOf(kind) +
                            " is of single runs, and can't have several in one plot",
                        "Leave out --overlay, and the runs stand side by side");
        if (kind == PanelKind::Difference && !frame->difference && request.panels.size() > 1)
            continue; // seeds of one setting
        if (kind == PanelKind::Difference && !frame->difference)
            return fail(ErrorCode::Unavailable,
                        "the runs are all of one setting: there is no difference to draw",
                        "Two settings differ in more than a seed or a name of their configs");
        widgets::ChartFrame chart = overlay ? ui::overlayChart(*overlay, *frame, options)
                                            : ui::differenceChart(*frame, options);
        page.description += chart.summary + " ";
        page.panels.push_back({std::move(chart)});
    }
    auto& first = std::get<widgets::ChartFrame>(page.panels.front().content);
    first.unit = namesOf(*frame) + "; " + first.unit;
    return page;
}

} // namespace rankscope::figures
