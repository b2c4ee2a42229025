// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/Alignment.h"

#include "app/analysis/StepMetrics.h"

#include <algorithm>
#include <iterator>

namespace rankscope::analysis {

bool Alignment::isCommon(std::size_t place) const {
    return std::all_of(rows.begin(), rows.end(),
                       [place](const auto& ofRun) { return ofRun[place] != kNone; });
}

std::vector<double> Alignment::onAxis(std::size_t run, std::span<const double> values) const {
    std::vector<double> result(steps.size(), undefined());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (rows[run][i] != kNone) {
            result[i] = values[rows[run][i]];
        }
    }
    return result;
}

Alignment align(std::span<const std::span<const std::uint64_t>> stepsOfRuns, AlignBy by) {
    Alignment result;
    for (const auto steps : stepsOfRuns) {
        const bool relative = by == AlignBy::RelativeStep && !steps.empty();
        const std::uint64_t origin = relative ? steps.front() : 0;
        result.origins.push_back(origin);
        std::vector<std::uint64_t> shifted(steps.begin(), steps.end());
        for (std::uint64_t& step : shifted) {
            step -= origin;
        }
        std::vector<std::uint64_t> merged;
        merged.reserve(std::max(result.steps.size(), shifted.size()));
        std::set_union(result.steps.begin(), result.steps.end(), shifted.begin(), shifted.end(),
                       std::back_inserter(merged));
        result.steps = std::move(merged);
    }
    for (std::size_t run = 0; run < stepsOfRuns.size(); ++run) {
        const auto steps = stepsOfRuns[run];
        std::vector<std::size_t> rows(result.steps.size(), Alignment::kNone);
        for (std::size_t i = 0, row = 0; i < rows.size() && row < steps.size(); ++i) {
            if (result.steps[i] == steps[row] - result.origins[run]) {
                rows[i] = row++;
            }
        }
        result.rows.push_back(std::move(rows));
    }
    return result;
}

} // namespace rankscope::analysis
