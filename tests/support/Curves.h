// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/Summary.h"
#include "app/engine/blocks/RunCurves.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

/// Curves of runs that never were in a file.
namespace rankscope::support {

/// A rank's three signals; NaN: nothing measured.
struct Signals {
    double loss, direction, norm;
};
/// Of a rank at a step; all NaN: it reported nothing.
using SignalsOf = std::function<Signals(std::uint64_t step, std::uint32_t rank)>;

inline analysis::StepMeasures measuresOf(std::uint64_t step, std::uint32_t ranks,
                                         const SignalsOf& signals) {
    analysis::StepMeasures m;
    m.step.step = Step{step};
    m.step.expected = ranks;
    std::vector<double> losses;
    std::vector<double> norms;
    for (std::uint32_t rank = 0; rank < ranks; ++rank) {
        const Signals s = signals(step, rank);
        if (std::isnan(s.loss) && std::isnan(s.direction) && std::isnan(s.norm)) {
            continue;
        }
        analysis::RankMetrics& r = m.ranks.emplace_back();
        r.rank = RankId{rank};
        r.received = true;
        const auto measured = [](double x) { return std::isnan(x) ? analysis::undefined() : x; };
        losses.push_back(r.loss = measured(s.loss));
        r.cosineLoo = measured(s.direction);
        norms.push_back(r.gradNorm = measured(s.norm));
    }
    const analysis::Summary loss = analysis::summarize(losses);
    m.step.lossMean = loss.mean;
    m.step.lossStd = loss.std;
    m.step.lossMin = loss.min;
    m.step.lossMax = loss.max;
    const analysis::Summary norm = analysis::summarize(norms);
    m.step.gradNormMean = norm.mean;
    m.step.gradNormStd = norm.std;
    m.step.gradNormMin = norm.min;
    m.step.gradNormMax = norm.max;
    m.step.workers = static_cast<std::uint32_t>(m.ranks.size());
    return m;
}

/// Steps first..last (half-open) into `curves`, over what they hold.
inline void enterSteps(engine::RunCurves& curves, std::uint64_t first, std::uint64_t last,
                       std::uint32_t ranks, const SignalsOf& signals) {
    std::vector<Step> amended;
    for (std::uint64_t step = first; step < last; ++step) {
        amended.emplace_back(step);
    }
    curves.enter(amended, [&](Step step) { return measuresOf(step.value(), ranks, signals); });
}

/// Noise that depends on nothing but where it stands; about standard normal.
inline double noise(std::uint64_t step, std::uint32_t rank, std::uint64_t seed = 0) {
    double sum = -6;
    std::uint64_t x = (step + 1) * 0x9E3779B97F4A7C15ULL ^ (rank + 1) * 0xD1B54A32D192ED03ULL ^
                      (seed + 1) * 0x8CB92BA72F3D8DD7ULL;
    for (int i = 0; i < 12; ++i) {
        x ^= x >> 30U;
        x *= 0xBF58476D1CE4E5B9ULL;
        x ^= x >> 27U;
        x += 0x9E3779B97F4A7C15ULL;
        sum += static_cast<double>(x >> 11U) * 0x1p-53;
    }
    return sum;
}

} // namespace rankscope::support
