// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/compare/CompareFrame.h"
#include "app/ui/models/ChartModel.h"
#include "widgets/frames/ChartFrame.h"
#include "widgets/frames/TimelineFrame.h"

#include <cstddef>
#include <span>
#include <vector>

/// What the panels show of several sessions. Pure functions, no Qt: a frame in, a frame out.
namespace rankscope::ui {

/// Panels of a session among others, and of all sessions together: in the order of
/// engine::kOverlayMetrics.
inline constexpr ChartKind kCompareCharts[] = {ChartKind::Loss, ChartKind::LossDispersion,
                                               ChartKind::Direction};
inline constexpr std::size_t kComparePanels = std::size(kCompareCharts);

enum class SpreadForm : unsigned char { Std, Quantiles };

/// How the user wants to see them.
struct CompareOptions {
    bool logY = false;
    bool following = true; ///< all steps are shown: half a step of air on both sides
    double smoothing = 0;  ///< steps
    SpreadForm spread = SpreadForm::Std;
};

/// Side of a session; of one that is not compared its own place among the sessions.
[[nodiscard]] std::size_t sideOf(std::size_t session, const engine::CompareFrame& frame);

/// Look of a side: the first is the chosen colour, the second ink with dashes, the others grey,
/// told apart by dashes and by their marks.
struct CompareStyle {
    widgets::Ink ink = widgets::Ink::Healthy;
    widgets::Dash dash = widgets::Dash::Solid;
};
[[nodiscard]] CompareStyle compareStyle(std::size_t number);

/// A panel of a single session, on the shared axis.
[[nodiscard]] widgets::ChartFrame sessionChart(ChartKind kind, const engine::CompareFrame& frame,
                                               std::size_t session, const CompareOptions& options);
[[nodiscard]] std::vector<widgets::HeaderValue>
sessionHeader(ChartKind kind, const engine::CompareFrame& frame, std::size_t session);

/// Gives all panels of one kind the same limits of y.
void shareLimits(std::span<widgets::ChartFrame> charts);

/// A panel of all sides: their means, and their spreads over runs.
[[nodiscard]] widgets::ChartFrame overlayChart(std::size_t panel, const engine::CompareFrame& frame,
                                               const CompareOptions& options);
[[nodiscard]] std::vector<widgets::HeaderValue> overlayHeader(std::size_t panel,
                                                              const engine::CompareFrame& frame);

[[nodiscard]] widgets::ChartFrame differenceChart(const engine::CompareFrame& frame,
                                                  const CompareOptions& options);
[[nodiscard]] std::vector<widgets::HeaderValue> differenceHeader(const engine::CompareFrame& frame);

/// The mean loss of every session, each in a lane of its own, the first on top.
[[nodiscard]] widgets::TimelineFrame compareTimeline(const engine::CompareFrame& frame);

} // namespace rankscope::ui
