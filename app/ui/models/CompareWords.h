// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/compare/CompareFrame.h"
#include "app/ui/models/RunText.h"

#include <optional>
#include <string>
#include <vector>

/// The words and numbers about several sessions: verdict, summary, config, status. Pure functions,
/// no Qt.
namespace rankscope::ui {

[[nodiscard]] std::string metricName(analysis::RunMetric metric);       ///< "Loss dispersion"
[[nodiscard]] std::string metricInSentence(analysis::RunMetric metric); ///< "loss dispersion"
/// "B − A": other minus base, of the difference that the frame shows.
[[nodiscard]] std::string differenceName(const engine::CompareFrame& frame);
/// What the grey band of the difference means.
[[nodiscard]] std::string chanceText(analysis::StepDifference::Error error);

/// The line that is read first.
[[nodiscard]] Verdict compareVerdict(const engine::CompareFrame& frame);
/// "2 sessions", and beside it "s1-3 seed 0 and s1-3 seed 1 · aligned by step".
[[nodiscard]] std::string compareTitle(const engine::CompareFrame& frame);
[[nodiscard]] std::string compareDetail(const engine::CompareFrame& frame);
[[nodiscard]] std::string compareStatusLeft(const engine::CompareFrame& frame);
[[nodiscard]] std::string compareStatusRight(const engine::CompareFrame& frame);

/// A session in the list.
struct SessionText {
    std::string title;  ///< "A  s1-3 seed 0"
    std::string detail; ///< "150 steps · 8 ranks", or why it could not be opened
    std::string file;
    bool failed = false;
};
[[nodiscard]] SessionText sessionText(const engine::CompareSession& session,
                                      const engine::CompareFrame& frame);
/// "No NaN or Inf in 150 steps".
struct SessionFindings {
    std::string mark, text;
    bool fine = true;
};
[[nodiscard]] std::vector<SessionFindings> sessionFindings(const engine::CompareFrame& frame);

/// A metric of the base and of the other side.
struct SummaryText {
    std::string metric, base, other;
    std::string difference;      ///< "+.016 ± .012"
    bool leavesZero = false;     ///< the interval does
    std::optional<double> place; ///< of the difference, in half widths; none: no interval
    std::string explanation;     ///< test, p, Holm's p, number of steps
};
[[nodiscard]] std::vector<SummaryText> summaryTexts(const engine::CompareFrame& frame);
/// "steps 100–149"; empty without a summary.
[[nodiscard]] std::string spanText(const engine::CompareFrame& frame);
/// What the tests are and what they cannot tell; one line each.
[[nodiscard]] std::vector<std::string> summaryNotes(const engine::CompareFrame& frame);

struct ConfigText {
    std::string key;
    std::vector<std::string> values; ///< per run; "same" as the first where it is
    bool differs = false;
};
[[nodiscard]] std::vector<ConfigText> configTexts(const engine::CompareFrame& frame, bool all);
[[nodiscard]] std::string configRemark(const engine::CompareFrame& frame); ///< "1 of 14 differs"

/// `value` with so many decimals, without a leading zero below 1: 1.927, .105; with `sign` also +.
[[nodiscard]] std::string decimalText(double value, int decimals, bool sign = false);
/// Decimals that show two digits of `scale`.
[[nodiscard]] int decimalsFor(double scale);

} // namespace rankscope::ui
