// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/FigureOfRun.h"

#include "app/ui/RunController.h"
#include "app/ui/panels/RankDocks.h"

#include <algorithm>
#include <cmath>

namespace rankscope::ui {

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
    if (!all) { // whole steps that are in sight
        const double first = std::ceil(std::max(0.0, frame->viewFirst));
        const double last = std::floor(std::max(first, frame->viewLast));
        request.steps.first = Step{static_cast<Step::rep>(first)};
        request.steps.last = Step{static_cast<Step::rep>(last) + 1};
    }
    return request;
}

} // namespace rankscope::ui
