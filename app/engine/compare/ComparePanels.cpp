// SPDX-License-Identifier: Apache-2.0
#include "app/engine/compare/ComparePanels.h"

#include "app/engine/frames/Decimation.h"
#include "app/engine/frames/SmoothCurves.h"

#include <algorithm>
#include <limits>

namespace rankscope::engine {
namespace {

using Series = analysis::MinMaxSeries<double>;

Series seriesOf(const std::vector<double>& values) {
    Series series;
    series.assign(0, values);
    return series;
}

Series seriesOf(const std::vector<double>& values, const std::vector<double>& offsets,
                double factor) {
    std::vector<double> moved(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        moved[i] = values[i] + factor * offsets[i];
    }
    return seriesOf(moved);
}

/// Runs are smoothed over all their steps: a restart does not begin anew here, because sides may
/// hold several runs.
Series smoothOf(const Series& raw, double span) {
    SmoothSeries<double> smooth;
    smooth.update(raw, std::max(span, 1.0), {}); // of span 1 it is the series itself
    return smooth.release();
}

} // namespace

void ComparePanels::setRuns(const analysis::ComparedRuns& compared) {
    for (std::size_t panel = 0; panel < kOverlayMetrics.size(); ++panel) {
        const analysis::RunMetric metric = kOverlayMetrics[panel];
        m_overlay[panel].clear();
        for (const analysis::Side& of : compared.sides) {
            Side side;
            side.ensemble = ensembleOf(metric, compared, of);
            const analysis::Ensemble& e = side.ensemble;
            side.mean = seriesOf(e.mean);
            side.smooth = smoothOf(side.mean, m_smoothing);
            if (of.runs.size() > 1) {
                side.median = seriesOf(e.median);
                side.minusStd = seriesOf(e.mean, e.std, -1);
                side.plusStd = seriesOf(e.mean, e.std, 1);
                side.low = seriesOf(e.low);
                side.high = seriesOf(e.high);
                for (const std::size_t run : of.runs) {
                    side.runs.push_back(seriesOf(
                        compared.alignment.onAxis(run, compared.runs[run]->series[metric])));
                }
            }
            m_overlay[panel].push_back(std::move(side));
        }
    }
    m_difference.reset();
}

void ComparePanels::setView(const analysis::ComparedRuns& compared, const CompareView& view,
                            std::size_t base, std::optional<std::size_t> other) {
    const bool otherSmoothing = m_smoothing != view.run.smoothing;
    m_smoothing = view.run.smoothing;
    if (otherSmoothing) {
        smoothAll();
    }
    if (!other) {
        m_difference.reset();
        return;
    }
    if (m_difference && m_difference->metric == view.metric && m_difference->base == base &&
        m_difference->other == *other) {
        return;
    }
    Difference difference;
    difference.metric = view.metric;
    difference.base = base;
    difference.other = *other;
    difference.values = differenceOf(view.metric, compared, base, *other);
    const analysis::StepDifference& d = difference.values;
    difference.raw = seriesOf(d.difference);
    difference.smooth = smoothOf(difference.raw, m_smoothing);
    const std::vector<double> zero(d.halfWidth.size(), 0.0);
    difference.low = seriesOf(zero, d.halfWidth, -1);
    difference.high = seriesOf(zero, d.halfWidth, 1);
    m_difference = std::move(difference);
}

void ComparePanels::smoothAll() {
    for (auto& panel : m_overlay) {
        for (Side& side : panel) {
            side.smooth = smoothOf(side.mean, m_smoothing);
        }
    }
    if (m_difference) {
        m_difference->smooth = smoothOf(m_difference->raw, m_smoothing);
    }
}

void ComparePanels::build(CompareFrame& frame, const analysis::ComparedRuns& compared,
                          int columns) const {
    const std::vector<std::uint64_t>& steps = compared.alignment.steps;
    const std::vector<double> noBreaks;
    const Decimation visible(steps, frame.viewFirst, frame.viewLast,
                             std::numeric_limits<double>::max(), columns, noBreaks);
    const auto at = std::lower_bound(steps.begin(), steps.end(),
                                     static_cast<std::uint64_t>(std::max(0.0, frame.cursor)));
    const bool onStep = at != steps.end() && static_cast<double>(*at) == frame.cursor;
    const auto place = static_cast<std::size_t>(at - steps.begin());
    const bool smooth = m_smoothing > 1;
    for (std::size_t panel = 0; panel < kOverlayMetrics.size(); ++panel) {
        frame.overlay[panel].metric = kOverlayMetrics[panel];
        for (const Side& side : m_overlay[panel]) {
            SideCurves curves;
            curves.mean = visible.line(smooth ? side.smooth : side.mean);
            curves.rawMean = smooth ? visible.line(side.mean) : Line{};
            if (!side.runs.empty()) {
                curves.median = visible.line(side.median);
                curves.spread = visible.area(side.minusStd, side.plusStd);
                curves.quantiles = visible.area(side.low, side.high);
                for (const Series& run : side.runs) {
                    curves.runs.push_back(visible.line(run));
                }
            }
            if (onStep) {
                curves.meanAtCursor = side.ensemble.mean[place];
                curves.stdAtCursor = side.ensemble.std[place];
                curves.runsAtCursor = side.ensemble.count[place];
            }
            frame.overlay[panel].sides.push_back(std::move(curves));
        }
    }
    if (!m_difference) {
        return;
    }
    const Difference& d = *m_difference;
    DifferencePanel panel;
    panel.metric = d.metric;
    panel.base = d.base;
    panel.other = d.other;
    panel.error = d.values.error;
    panel.raw = visible.line(d.raw);
    panel.smooth = smooth ? visible.line(d.smooth) : Line{};
    if (d.values.error != analysis::StepDifference::Error::None) {
        panel.chance = visible.area(d.low, d.high);
    }
    if (onStep) {
        panel.atCursor = d.values.difference[place];
        panel.halfWidthAtCursor = d.values.halfWidth[place];
    }
    frame.difference = std::move(panel);
}

} // namespace rankscope::engine
