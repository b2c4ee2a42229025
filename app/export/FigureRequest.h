// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/compare/CompareFrame.h"
#include "app/engine/frames/RunFrame.h"
#include "app/tables/StepRange.h"
#include "app/ui/models/ChartModel.h"
#include "app/ui/models/CompareCharts.h"
#include "app/ui/models/RankOrder.h"

#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace rankscope::figures {

enum class PanelKind : unsigned char {
    Loss,
    Dispersion,
    Direction,
    Norms,
    NormDispersion,
    Cosine,
    Layers,
    Ranks,      ///< ranks x steps
    Difference, ///< of two settings; with FigureRequest::overlay only
};

struct PanelName {
    PanelKind kind;
    const char* name; ///< on the command line
};
inline constexpr std::array kPanelNames{PanelName{PanelKind::Loss, "loss"},
                                        PanelName{PanelKind::Dispersion, "dispersion"},
                                        PanelName{PanelKind::Direction, "direction"},
                                        PanelName{PanelKind::Norms, "norms"},
                                        PanelName{PanelKind::NormDispersion, "norm-dispersion"},
                                        PanelName{PanelKind::Cosine, "cosine"},
                                        PanelName{PanelKind::Layers, "layers"},
                                        PanelName{PanelKind::Ranks, "ranks"},
                                        PanelName{PanelKind::Difference, "difference"}};

[[nodiscard]] constexpr const char* nameOf(PanelKind kind) {
    return kPanelNames[static_cast<std::size_t>(kind)].name;
}
[[nodiscard]] std::optional<PanelKind> panelOf(std::string_view name);

enum class PaperTheme : unsigned char { Print, Light, Dark };

enum class Numbers : unsigned char {
    None,
    PerStep, ///< as `rankscope metrics`; of a map as `rankscope cosine`
    PerRank, ///< as `rankscope metrics --per-rank`
};

inline constexpr double kOneColumn = 88, kTwoColumns = 180; ///< mm, of a journal's page

/// Several runs in one plot, as means of settings: what is compared with what.
struct Overlay {
    engine::CompareView view; ///< its steps, smoothing and columns are set from the request
    ui::SpreadForm spread = ui::SpreadForm::Std;
};

/// One figure: which panels of which runs, and how they go on paper.
struct FigureRequest {
    std::vector<std::filesystem::path> files; ///< session files; several: side by side
    std::optional<Overlay> overlay;           ///< ... or all in one plot
    std::vector<PanelKind> panels;            ///< several: one above the other
    tables::StepRange steps;
    ui::ChartOptions options;
    bool notesBeside = false; ///< notes are those beside each session file, not the options'
    ui::MapOptions map;       ///< `similar` empty: of the matrix that is drawn
    engine::View view; ///< smoothing, cursor, ranks, the image's signal; its steps and columns are
                       ///< set from the above
    PaperTheme theme = PaperTheme::Print;
    double width = kOneColumn;    ///< mm
    std::optional<double> height; ///< mm; none: what suits the panels
};

/// Where it goes.
struct FigureTarget {
    std::filesystem::path file; ///< .svg, .pdf or .png
    int dpi = 300;              ///< of PNG
    Numbers numbers = Numbers::PerStep;
};

} // namespace rankscope::figures
