// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/CompareCharts.h"

#include "app/ui/models/CompareWords.h"
#include "app/ui/models/Words.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace rankscope::ui {

using analysis::RunMetric;
using engine::CompareFrame;
using engine::CompareSession;
using widgets::ChartFrame;
using widgets::HeaderValue;
using widgets::Ink;
using words::filled;
using words::translate;

namespace {

bool isCosine(RunMetric metric) {
    return metric == RunMetric::Cosine || metric == RunMetric::LowestLoo;
}

/// Of an axis in a figure.
std::string axisName(RunMetric metric) {
    return metric == RunMetric::Cosine ? translate("CompareCharts", "Mean cosine")
                                       : metricName(metric);
}

/// "step 104", in front of the values at the cursor.
HeaderValue stepValue(const CompareFrame& frame) {
    return {translate("CompareCharts", "step"), widgets::fixedText(frame.cursor, 0)};
}

void shift(std::vector<double>& steps, double origin) {
    for (double& step : steps)
        step -= origin;
}

/// From a session's own steps to the shared ones.
void shift(ChartFrame& chart, double origin) {
    if (origin == 0)
        return;
    chart.first -= origin;
    chart.last -= origin;
    for (widgets::Band& band : chart.bands)
        shift(band.x, origin);
    for (widgets::Curve& curve : chart.curves)
        shift(curve.x, origin);
    for (widgets::Gap& gap : chart.gaps) {
        gap.first -= origin;
        gap.last -= origin;
    }
    for (widgets::RestartMark& mark : chart.restarts)
        mark.x -= origin;
    for (widgets::NonFiniteMark& mark : chart.nonFinite)
        mark.x -= origin;
}

void setSteps(ChartFrame& chart, const CompareFrame& frame, const CompareOptions& options) {
    const double air = options.following ? 0.5 : 0;
    chart.first = frame.viewFirst - air;
    chart.last = frame.viewLast + air;
    chart.xTitle = translate("CompareCharts", "Step");
}

double valueOf(ChartKind kind, const analysis::StepMetrics& metrics) {
    switch (kind) {
    case ChartKind::Loss:
        return metrics.lossMean;
    case ChartKind::LossDispersion:
        return metrics.lossStd;
    case ChartKind::Direction:
        return metrics.cosineMean;
    case ChartKind::NormDispersion:
        break;
    }
    return metrics.gradNormCv;
}

void addSide(ChartFrame& chart, const engine::SideCurves& side, std::size_t number,
             const std::string& mark, SpreadForm form) {
    const CompareStyle style = compareStyle(number);
    const engine::Area& area = form == SpreadForm::Std ? side.spread : side.quantiles;
    if (!area.x.empty())
        chart.bands.push_back({area.x, area.low, area.high,
                               number == 0 ? widgets::BandKind::Error : widgets::BandKind::Inner,
                               number != 0});
    const engine::Line& main =
        form == SpreadForm::Quantiles && !side.median.x.empty() ? side.median : side.mean;
    if (!side.rawMean.x.empty())
        chart.curves.push_back({side.rawMean.x, side.rawMean.y, style.ink, -1, "", style.dash, true,
                                widgets::Layer::Mean});
    chart.curves.push_back(
        {main.x, main.y, style.ink, -1, mark, style.dash, false, widgets::Layer::Mean});
}

/// Alone in its panel the mean is easily told: the base's sides are blue, all others ink.
Ink meanInk(std::size_t session, const CompareFrame& frame) {
    return sideOf(session, frame) == 0 ? Ink::Chosen : Ink::Mean;
}

std::string smoothingText(double span) {
    return span > 1 ? filled(translate("CompareCharts", ", EMA %1"), {widgets::fixedText(span, 0)})
                    : std::string{};
}

} // namespace

std::size_t sideOf(std::size_t session, const CompareFrame& frame) {
    const auto run = frame.sessions[session].run;
    if (!run || !frame.facts)
        return session;
    const auto& sides = frame.facts->sides;
    const auto side = std::find_if(sides.begin(), sides.end(), [&](const analysis::Side& s) {
        return std::find(s.runs.begin(), s.runs.end(), *run) != s.runs.end();
    });
    return side == sides.end() ? session : static_cast<std::size_t>(side - sides.begin());
}

CompareStyle compareStyle(std::size_t number) {
    using widgets::Dash;
    if (number == 0)
        return {Ink::Chosen, Dash::Solid};
    if (number == 1)
        return {Ink::Mean, Dash::Long};
    static constexpr std::array kDashes{Dash::Solid, Dash::Long, Dash::Short};
    return {Ink::Healthy, kDashes[(number - 2) % kDashes.size()]};
}

ChartFrame sessionChart(ChartKind kind, const CompareFrame& frame, std::size_t session,
                        const CompareOptions& options) {
    const CompareSession& of = frame.sessions[session];
    ChartOptions own;
    own.logY = options.logY;
    own.following = options.following;
    own.smoothing = options.smoothing;
    ChartFrame chart =
        of.frame && !of.frame->empty ? chartFrame(kind, *of.frame, own) : ChartFrame{};
    if (!of.frame || of.frame->empty) {
        static const engine::RunFrame kNothing;
        chart = chartFrame(kind, kNothing, own);
        chart.note = of.loading ? translate("CompareCharts", "reading")
                                : translate("CompareCharts", "no step");
    }
    shift(chart, of.origin);
    setSteps(chart, frame, options);
    chart.title = of.mark + "  " + chart.title;
    if (frame.sessions.size() > 2)
        chart.unit.clear(); // there is no room for it
    for (widgets::Curve& curve : chart.curves)
        if (curve.layer == widgets::Layer::Mean && curve.ink == Ink::Mean)
            curve.ink = meanInk(session, frame);
    chart.summary = of.mark + ": " + chart.summary;
    return chart;
}

std::vector<HeaderValue> sessionHeader(ChartKind kind, const CompareFrame& frame,
                                       std::size_t session) {
    const CompareSession& of = frame.sessions[session];
    const bool here = of.frame && !of.frame->empty &&
                      static_cast<double>(of.frame->cursor.step.value()) - of.origin ==
                          frame.cursor; // else it has no such step
    const double value = here ? valueOf(kind, of.frame->cursor.metrics) : analysis::undefined();
    return {stepValue(frame),
            {"", kind == ChartKind::Direction ? cosText(value) : plainText(value),
             meanInk(session, frame)}};
}

void shareLimits(std::span<ChartFrame> charts) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    const auto take = [&](const ChartFrame& chart, const std::vector<double>& x,
                          const std::vector<double>& y) {
        for (std::size_t i = 0; i < y.size(); ++i) {
            const bool seen = x[i] >= chart.first && x[i] <= chart.last;
            if (seen && std::isfinite(y[i]) && (!chart.logY || y[i] > 0)) {
                low = std::min(low, y[i]);
                high = std::max(high, y[i]);
            }
        }
    };
    for (const ChartFrame& chart : charts) {
        for (const widgets::Curve& curve : chart.curves)
            take(chart, curve.x, curve.y);
        for (const widgets::Band& band : chart.bands)
            if (!band.quiet) {
                take(chart, band.x, band.low);
                take(chart, band.x, band.high);
            }
    }
    if (low > high)
        return;
    // A band of a single point has a say in the limits, but is not drawn.
    for (ChartFrame& chart : charts)
        chart.bands.push_back({{(chart.first + chart.last) / 2}, {low}, {high}});
}

ChartFrame overlayChart(std::size_t panel, const CompareFrame& frame,
                        const CompareOptions& options) {
    const engine::OverlayPanel& overlay = frame.overlay[panel];
    ChartFrame chart;
    chart.title = metricName(overlay.metric);
    const bool spread = std::any_of(overlay.sides.begin(), overlay.sides.end(),
                                    [](const auto& side) { return !side.spread.x.empty(); });
    chart.unit = !spread ? translate("CompareCharts", "one run each")
                 : options.spread == SpreadForm::Std
                     ? translate("CompareCharts", "mean over runs \xC2\xB1 1 std")
                     : translate("CompareCharts", "median of runs, 5 to 95 %");
    chart.unit += smoothingText(options.spread == SpreadForm::Std ? options.smoothing : 0);
    chart.yTitle = axisName(overlay.metric);
    chart.logY = options.logY && !isCosine(overlay.metric);
    chart.zeroLine = isCosine(overlay.metric);
    chart.fromZero = overlay.metric == RunMetric::LossStd;
    if (isCosine(overlay.metric))
        chart.numbers = widgets::NumberStyle::Cosine;
    setSteps(chart, frame, options);
    // The base last, on top of the others.
    for (std::size_t number = overlay.sides.size(); number-- > 0;)
        addSide(chart, overlay.sides[number], number, frame.facts->sideMarks[number],
                options.spread);
    const std::size_t sides = overlay.sides.size();
    chart.summary = filled(sides == 1 ? translate("CompareCharts", "%1 of 1 side together.")
                                      : translate("CompareCharts", "%1 of %2 sides together.",
                                                  nullptr, words::forPlural(sides)),
                           {metricName(overlay.metric), widgets::countText(sides)});
    return chart;
}

std::vector<HeaderValue> overlayHeader(std::size_t panel, const CompareFrame& frame) {
    std::vector<HeaderValue> values{stepValue(frame)};
    const engine::OverlayPanel& overlay = frame.overlay[panel];
    for (std::size_t i = 0; i < overlay.sides.size(); ++i) {
        const engine::SideCurves& side = overlay.sides[i];
        std::string text =
            isCosine(overlay.metric) ? cosText(side.meanAtCursor) : plainText(side.meanAtCursor);
        if (!analysis::isUndefined(side.stdAtCursor))
            text += " \xC2\xB1 " + plainText(side.stdAtCursor);
        values.push_back({frame.facts->sideMarks[i], text, compareStyle(i).ink});
    }
    return values;
}

ChartFrame differenceChart(const CompareFrame& frame, const CompareOptions& options) {
    ChartFrame chart;
    chart.title = translate("CompareCharts", "Difference");
    setSteps(chart, frame, options);
    chart.zeroLine = true;
    chart.numbers = widgets::NumberStyle::Cosine;
    if (!frame.difference) {
        chart.note = translate("CompareCharts", "One side only: there is nothing to compare.");
        chart.summary = chart.note;
        return chart;
    }
    const engine::DifferencePanel& d = *frame.difference;
    chart.title = filled(translate("CompareCharts", "Difference %1"), {differenceName(frame)});
    chart.unit = metricInSentence(d.metric) + smoothingText(options.smoothing);
    chart.yTitle = axisName(d.metric) + ", " + differenceName(frame);
    if (!d.chance.x.empty()) {
        chart.unit += translate("CompareCharts", ", band 95 %");
        chart.bands.push_back(
            {d.chance.x, d.chance.low, d.chance.high, widgets::BandKind::Outer, false});
        chart.note = chanceText(d.error);
    }
    const bool smooth = !d.smooth.x.empty();
    chart.curves.push_back({d.raw.x, d.raw.y, smooth ? Ink::Healthy : Ink::Mean, -1, "",
                            widgets::Dash::Solid, smooth, widgets::Layer::Mean});
    if (smooth)
        chart.curves.push_back({d.smooth.x, d.smooth.y, Ink::Mean, -1, "", widgets::Dash::Solid,
                                false, widgets::Layer::Mean});
    chart.summary =
        filled(translate("CompareCharts", "%1 of %2: %3 at step %4."),
               {differenceName(frame), metricInSentence(d.metric),
                valueText(d.atCursor, widgets::signedText), widgets::fixedText(frame.cursor, 0)});
    return chart;
}

std::vector<HeaderValue> differenceHeader(const CompareFrame& frame) {
    std::vector<HeaderValue> values{stepValue(frame)};
    if (!frame.difference)
        return values;
    const engine::DifferencePanel& d = *frame.difference;
    std::string text = valueText(d.atCursor, widgets::signedText);
    if (!analysis::isUndefined(d.halfWidthAtCursor))
        text = filled(translate("CompareCharts", "%1, chance \xC2\xB1%2"),
                      {text, decimalText(d.halfWidthAtCursor, decimalsFor(d.halfWidthAtCursor))});
    values.push_back({"", text, Ink::Mean});
    return values;
}

widgets::TimelineFrame compareTimeline(const CompareFrame& frame) {
    widgets::TimelineFrame timeline;
    timeline.first = frame.firstStep;
    timeline.last = frame.lastStep;
    timeline.viewFirst = frame.viewFirst;
    timeline.viewLast = frame.viewLast;
    timeline.cursor = frame.cursor;
    timeline.summary =
        filled(translate("CompareCharts", "%1, steps %2 to %3."),
               {words::sessions(frame.sessions.size()), widgets::fixedText(frame.firstStep, 0),
                widgets::fixedText(frame.lastStep, 0)});
    double lane = 0;
    for (const CompareSession& session : frame.sessions) {
        if (!session.run || !session.frame)
            continue;
        const engine::Line& line = session.frame->overview;
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (const double y : line.y)
            if (std::isfinite(y)) {
                low = std::min(low, y);
                high = std::max(high, y);
            }
        for (std::size_t i = 0; i < line.x.size(); ++i) {
            const double t = high > low ? (line.y[i] - low) / (high - low) : 0.5;
            timeline.x.push_back(line.x[i] - session.origin);
            timeline.y.push_back(0.8 * t - lane);
        }
        timeline.x.push_back(frame.lastStep);
        timeline.y.push_back(std::numeric_limits<double>::quiet_NaN());
        lane += 1;
    }
    return timeline;
}

} // namespace rankscope::ui
