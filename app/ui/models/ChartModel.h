// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "widgets/frames/ChartFrame.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// What the chart panels show of a run. Pure functions, no Qt: a frame in, a frame out.
namespace rankscope::ui {

/// NormDispersion has two forms: std / mean, and the norms themselves.
enum class ChartKind : unsigned char { Loss, LossDispersion, Direction, NormDispersion };
inline constexpr ChartKind kCharts[] = {ChartKind::Loss, ChartKind::LossDispersion,
                                        ChartKind::Direction, ChartKind::NormDispersion};

/// How the user wants to see it.
struct ChartOptions {
    bool logY = false;
    bool norms = false;    ///< the last panel shows the gradient norms, not their dispersion
    bool following = true; ///< the view was chosen by the engine: half a step of air on both sides
    std::optional<RankId> selected;
    std::vector<RankId> pinned; ///< lines that stay, told apart by their dashes
    double smoothing = 0;       ///< engine::View::smoothing, to be named
    std::set<widgets::Layer> hidden;
    std::vector<widgets::NoteMark> notes; ///< on every panel
    std::map<ChartKind, std::vector<widgets::ReferenceLine>> references;
};

/// Above it ranks are an envelope; single lines could not be told apart.
inline constexpr std::size_t kMaxRankLines = 16;

[[nodiscard]] widgets::ChartFrame chartFrame(ChartKind kind, const engine::RunFrame& frame,
                                             const ChartOptions& options);

/// One sentence about the cursor's step, for screen readers.
[[nodiscard]] std::string chartSummary(ChartKind kind, const engine::RunFrame& frame,
                                       const ChartOptions& options);
/// " Gap from step 3 to 5: emitter queue full." for the first gaps in view, as sentences to add;
/// empty when there is none.
[[nodiscard]] std::string gapSummary(const engine::RunFrame& frame);

/// The values at the cursor, for a panel's header line.
[[nodiscard]] std::vector<widgets::HeaderValue>
chartHeader(ChartKind kind, const engine::RunFrame& frame, const ChartOptions& options);

/// Every value at the cursor: the mean, what the user picked, then all ranks from most to least.
/// Empty for a panel without ranks: its header says all there is.
[[nodiscard]] std::vector<widgets::HeaderValue>
chartReadout(ChartKind kind, const engine::RunFrame& frame, const ChartOptions& options);

/// What a pair's curve is called: "2 & 5".
[[nodiscard]] std::string pairName(RankId a, RankId b);

/// "–" for undefined, else what `format` makes of it.
[[nodiscard]] std::string valueText(double value, std::string (*format)(double));
[[nodiscard]] std::string plainText(double value);  ///< 2.29
[[nodiscard]] std::string cosText(double value);    ///< +.09
[[nodiscard]] std::string excessText(double value); ///< −.22

} // namespace rankscope::ui
