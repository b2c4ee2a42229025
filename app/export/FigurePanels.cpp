// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/FigurePanels.h"

#include "app/analysis/Seriation.h"
#include "app/engine/session/Notes.h"
#include "app/ui/models/CosineModel.h"
#include "app/ui/models/NoteModel.h"
#include "widgets/charts/Segments.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

namespace rankscope::figures {
namespace {

using widgets::ChartFrame;
using widgets::HeatmapFrame;

constexpr double kWidePage = 120; ///< mm; such a page has room for three runs side by side

bool isMap(PanelKind kind) {
    return kind == PanelKind::Cosine || kind == PanelKind::Layers || kind == PanelKind::Ranks;
}

ui::ChartKind chartKind(PanelKind kind) {
    switch (kind) {
    case PanelKind::Loss:
        return ui::ChartKind::Loss;
    case PanelKind::Dispersion:
        return ui::ChartKind::LossDispersion;
    case PanelKind::Direction:
        return ui::ChartKind::Direction;
    default:
        return ui::ChartKind::NormDispersion;
    }
}

bool showsAnything(const ChartFrame& chart) {
    const auto any = [&](const std::vector<double>& x, const std::vector<double>& y) {
        for (std::size_t i = 0; i < y.size(); ++i)
            if (x[i] >= chart.first && x[i] <= chart.last && widgets::isDrawable(y[i], chart.logY))
                return true;
        return false;
    };
    return std::any_of(chart.curves.begin(), chart.curves.end(),
                       [&](const auto& curve) { return any(curve.x, curve.y); }) ||
           std::any_of(chart.bands.begin(), chart.bands.end(),
                       [&](const auto& band) { return any(band.x, band.high); });
}

const char* whatItNeeds(PanelKind kind) {
    switch (kind) {
    case PanelKind::Loss:
        return "Losses come from Scope.step(loss)";
    case PanelKind::Dispersion:
        return "A dispersion needs the losses of two ranks at one step";
    case PanelKind::Direction:
        return "Directions need two ranks that send sums or sketches of their gradients";
    case PanelKind::Norms:
        return "Norms need ranks that send sums of their gradients";
    default:
        return "A dispersion needs two ranks that send sums of their gradients";
    }
}

/// A notes file that can't be read has no notes; runFigureOrder() says so.
void addNotes(ui::ChartOptions& options, const engine::RunFrame& frame) {
    const auto notes = engine::readNotes(engine::notesFile(frame.status.file));
    if (!notes)
        return;
    options.notes = ui::noteMarks(*notes);
    options.references = ui::referenceLines(*notes);
}

/// On paper nobody can ask what the hatching means.
void noteLosses(ChartFrame& chart, const engine::RunFrame& frame) {
    if (frame.status.lost == 0)
        return;
    std::set<std::string> causes;
    for (const engine::GapSpan& gap : frame.gaps)
        causes.insert(gap.cause);
    chart.note += (chart.note.empty() ? "" : " \xC2\xB7 ") + widgets::countText(frame.status.lost) +
                  (frame.status.lost == 1 ? " record lost" : " records lost");
    for (const std::string& cause : causes)
        chart.note += (cause == *causes.begin() ? ", hatched: " : ", ") + cause;
}

Result<Panel> chartPanel(PanelKind kind, const engine::RunFrame& frame,
                         const FigureRequest& request, const std::string& name) {
    ui::ChartOptions options = request.options;
    if (request.notesBeside)
        addNotes(options, frame);
    options.norms = kind == PanelKind::Norms;
    ChartFrame chart = ui::chartFrame(chartKind(kind), frame, options);
    noteLosses(chart, frame);
    if (!showsAnything(chart))
        return fail(ErrorCode::Unavailable,
                    name + " has nothing to show in the panel " + nameOf(kind) +
                        " at the chosen steps",
                    whatItNeeds(kind));
    return Panel{std::move(chart)};
}

const char* nameOf(engine::RankSignal signal) {
    switch (signal) {
    case engine::RankSignal::Direction:
        return "Leave-one-out cosine";
    case engine::RankSignal::GradNorm:
        return "Gradient norm";
    case engine::RankSignal::Loss:
        break;
    }
    return "Loss";
}

HeatmapFrame stepMap(const engine::RunFrame& frame, const FigureRequest& request,
                     const ui::MapOptions& options) {
    HeatmapFrame map = ui::stepFrame(frame, options, request.options.following);
    if (map.empty())
        return map;
    map.title = std::string(nameOf(frame.image->signal)) + ": distance from the median rank";
    map.unit = "robust sd";
    return map;
}

HeatmapFrame cursorMap(PanelKind kind, const engine::RunFrame& frame,
                       const ui::MapOptions& options) {
    HeatmapFrame map = kind == PanelKind::Cosine ? ui::cosineFrame(frame, options)
                                                 : ui::layerFrame(frame, options);
    const std::uint32_t steps =
        kind == PanelKind::Cosine && frame.cursor.cosine ? frame.cursor.cosine->steps : 1;
    map.title = map.square() ? "Cosine between ranks" : "Leave-one-out cosine";
    map.title += steps > 1 ? ", mean of " + widgets::countText(steps) + " steps to " : ", step ";
    map.title += widgets::countText(frame.cursor.step.value());
    return map;
}

/// As asked for, with the order by likeness of the matrix that is drawn unless another is given.
ui::MapOptions mapOptions(const engine::RunFrame& frame, const FigureRequest& request) {
    ui::MapOptions options = request.map;
    options.selected = request.options.selected;
    if (options.order == ui::MapOrder::Similarity && options.similar.empty() && frame.cursor.cosine)
        for (const std::size_t i : analysis::similarityOrder(*frame.cursor.cosine))
            options.similar.push_back(frame.cursor.cosine->ranks[i]);
    return options;
}

Result<Panel> mapPanel(PanelKind kind, const engine::RunFrame& frame, const FigureRequest& request,
                       const std::string& name) {
    const ui::MapOptions options = mapOptions(frame, request);
    HeatmapFrame map = kind == PanelKind::Ranks ? stepMap(frame, request, options)
                                                : cursorMap(kind, frame, options);
    if (map.empty())
        return fail(ErrorCode::Unavailable,
                    name + ": nothing to show in the panel " + nameOf(kind) + ". " + map.emptyText);
    return Panel{std::move(map)};
}

} // namespace

std::optional<PanelKind> panelOf(std::string_view name) {
    for (const PanelName& panel : kPanelNames)
        if (name == panel.name)
            return panel.kind;
    return std::nullopt;
}

Result<Page> pageOf(const FigureRequest& request, std::span<FigureSource* const> sources) {
    Page page;
    std::vector<engine::RunFrame> frames;
    std::vector<std::string> names;
    for (FigureSource* source : sources) {
        auto frame = source->frame(request);
        if (!frame)
            return tl::unexpected(frame.error());
        frames.push_back(std::move(*frame));
        names.push_back(source->name());
        page.title += (page.title.empty() ? "" : ", ") + names.back();
    }
    for (std::size_t row = 0; row < request.panels.size(); ++row)
        for (std::size_t run = 0; run < frames.size(); ++run) {
            const PanelKind kind = request.panels[row];
            if (kind == PanelKind::Difference)
                return fail(ErrorCode::Unavailable, "a difference is of two settings in one plot",
                            "Name the files of both, and --overlay");
            auto panel = isMap(kind) ? mapPanel(kind, frames[run], request, names[run])
                                     : chartPanel(kind, frames[run], request, names[run]);
            if (!panel)
                return tl::unexpected(panel.error());
            panel->quantity = frames.size() > 1 && !isMap(kind) ? static_cast<int>(row) : -1;
            if (frames.size() > 1 && (row == 0 || request.panels.size() == 1))
                panel->heading = names[run];
            page.description += std::visit(
                [](const auto& content) { return content.summary + " "; }, panel->content);
            page.panels.push_back(std::move(*panel));
        }
    const int runs = static_cast<int>(frames.size());
    page.columns =
        request.panels.size() > 1 ? runs : std::min(runs, request.width > kWidePage ? 3 : 2);
    return page;
}

} // namespace rankscope::figures
