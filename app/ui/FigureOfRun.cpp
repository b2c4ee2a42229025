// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/FigureOfRun.h"

#include "app/ui/CompareController.h"
#include "app/ui/RunController.h"
#include "app/ui/panels/RankDocks.h"

#include <algorithm>
#include <cmath>

namespace rankscope::ui {

namespace {

/// Whole steps that are in sight.
tables::StepRange stepsBetween(double viewFirst, double viewLast) {
    const double first = std::ceil(std::max(0.0, viewFirst));
    const double last = std::floor(std::max(first, viewLast));
    return {Step{static_cast<Step::rep>(first)}, Step{static_cast<Step::rep>(last) + 1}};
}

} // namespace

std::optional<figures::FigureRequest> figureOf(const CompareController& controller) {
    using figures::PanelKind;
    const engine::CompareFrame* frame = controller.frame();
    if (frame == nullptr || frame->empty)
        return std::nullopt;
    const CompareOptions options = controller.options();
    figures::FigureRequest request;
    for (const QString& file : controller.files())
        request.files.emplace_back(file.toStdString());
    request.panels = {PanelKind::Loss, PanelKind::Dispersion, PanelKind::Direction};
    if (controller.overlays()) {
        request.overlay = {controller.wishes(), options.spread};
        request.panels.push_back(PanelKind::Difference);
    }
    request.options.logY = options.logY;
    request.options.following = options.following;
    request.options.smoothing = request.view.smoothing = options.smoothing;
    if (!options.following)
        request.steps = stepsBetween(frame->viewFirst, frame->viewLast);
    request.notesBeside = true;
    request.width = figures::kTwoColumns;
    return request;
}

std::optional<figures::FigureRequest> figureOf(const RunController& controller,
                                               const RankDocks& ranks,
                                               std::vector<figures::PanelKind> panels) {
    const engine::RunFrame* frame = controller.frame();
    if (frame == nullptr || frame->empty || !controller.source())
        return std::nullopt;
    figures::FigureRequest request;
    request.files = {controller.source()->file};
    request.panels = std::move(panels);
    request.options = controller.chartOptions();
    request.map = ranks.options();
    request.view = controller.view().view();
    request.view.cursor = frame->cursor.step;
    const bool all = request.view.follow && request.view.span == 0;
    if (!all)
        request.steps = stepsBetween(frame->viewFirst, frame->viewLast);
    return request;
}

} // namespace rankscope::ui
