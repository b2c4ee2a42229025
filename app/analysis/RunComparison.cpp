// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/RunComparison.h"

#include "app/analysis/StudentT.h"
#include "app/analysis/Summary.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace rankscope::analysis {
namespace {

/// A metric of one run on the shared axis.
class Column {
  public:
    Column(const std::vector<double>& values, const std::vector<std::size_t>& rows)
        : m_values(&values),
          m_rows(&rows) {}
    double operator[](std::size_t place) const {
        const std::size_t row = (*m_rows)[place];
        return row == Alignment::kNone ? undefined() : (*m_values)[row];
    }

  private:
    const std::vector<double>* m_values;
    const std::vector<std::size_t>* m_rows;
};
using Columns = std::vector<Column>; // by run

Columns columnsOf(RunMetric metric, const ComparedRuns& compared) {
    Columns columns;
    for (std::size_t run = 0; run < compared.runs.size(); ++run) {
        columns.emplace_back(compared.runs[run]->series[metric], compared.alignment.rows[run]);
    }
    return columns;
}

/// One number per seed: runs that repeat a seed are averaged first.
std::map<std::string, double> bySeed(const Side& side, std::span<const double> ofRuns) {
    std::map<std::string, std::vector<double>> values;
    for (std::size_t i = 0; i < side.runs.size(); ++i) {
        values[side.seeds[i]].push_back(ofRuns[side.runs[i]]);
    }
    std::map<std::string, double> means;
    for (const auto& [seed, of] : values) {
        means[seed] = summarize(of).mean;
    }
    return means;
}

/// other - base for every seed that both have.
std::vector<double> pairDifferences(const Side& base, const Side& other,
                                    std::span<const double> ofRuns) {
    const auto a = bySeed(base, ofRuns), b = bySeed(other, ofRuns);
    std::vector<double> differences;
    for (const auto& [seed, value] : a) {
        if (const auto match = b.find(seed); !seed.empty() && match != b.end()) {
            differences.push_back(match->second - value);
        }
    }
    return differences;
}

std::vector<double> valuesOf(const Side& side, std::span<const double> ofRuns) {
    std::vector<double> values;
    for (const std::size_t run : side.runs) {
        values.push_back(ofRuns[run]);
    }
    return values;
}

MeanTest seedTest(TestKind kind, const Side& base, const Side& other,
                  std::span<const double> ofRuns) {
    return kind == TestKind::PairedSeeds
               ? pairedTest(pairDifferences(base, other, ofRuns))
               : welchTest(valuesOf(base, ofRuns), valuesOf(other, ofRuns));
}

/// Mean of a side's runs; of finite ones only when all are.
double meanAt(const Side& side, const Columns& columns, std::size_t step) {
    double sum = 0;
    for (const std::size_t run : side.runs) {
        sum += columns[run][step];
    }
    return std::isfinite(sum) ? sum / static_cast<double>(side.runs.size()) : undefined();
}

/// Axis places of the span at which every run has a finite value.
std::vector<std::size_t> sharedPlaces(const Columns& columns, const Alignment& alignment,
                                      StepSpan span) {
    const auto& steps = alignment.steps;
    const auto first = std::lower_bound(steps.begin(), steps.end(), span.first);
    const auto last = std::upper_bound(first, steps.end(), span.last);
    std::vector<std::size_t> places;
    for (auto at = first; at != last; ++at) {
        const auto place = static_cast<std::size_t>(at - steps.begin());
        if (std::all_of(columns.begin(), columns.end(),
                        [&](const auto& column) { return std::isfinite(column[place]); })) {
            places.push_back(place);
        }
    }
    return places;
}

SummaryRow rowOf(RunMetric metric, const Columns& columns, const std::vector<std::size_t>& places,
                 std::span<const Side> sides, std::size_t base) {
    SummaryRow row;
    row.metric = metric;
    row.steps = places.size();
    std::vector<double> values;
    for (const auto& column : columns) {
        values.clear();
        for (const std::size_t place : places) {
            values.push_back(column[place]);
        }
        row.runs.push_back(summarize(values).mean);
    }
    for (std::size_t side = 0; side < sides.size(); ++side) {
        MeanTest test;
        const TestKind kind = testBetween(sides[base], sides[side]);
        if (side == base || places.empty()) {
            row.tests.push_back(test);
            continue;
        }
        if (kind == TestKind::Blocks) {
            values.clear();
            for (const std::size_t place : places) {
                values.push_back(meanAt(sides[side], columns, place) -
                                 meanAt(sides[base], columns, place));
            }
            test = blockTest(values);
        } else {
            test = seedTest(kind, sides[base], sides[side], row.runs);
        }
        row.tests.push_back(test);
    }
    return row;
}

/// Half width from the seeds at one step; undefined when a run has nothing there.
double seedHalfWidth(TestKind kind, const Side& base, const Side& other, const Columns& columns,
                     std::size_t place) {
    std::vector<double> ofRuns;
    for (const auto& column : columns) {
        ofRuns.push_back(column[place]);
    }
    return seedTest(kind, base, other, ofRuns).halfWidth;
}

/// What the ranks' spread says of the mean of a side's runs at one step.
struct RankError {
    double error = 0, degrees = 0;
};
RankError rankErrorAt(RunMetric metric, const ComparedRuns& compared, const Side& side,
                      std::size_t place) {
    double variance = 0;
    RankError result;
    for (const std::size_t run : side.runs) {
        const RunSeries& series = compared.runs[run]->series;
        const auto& rows = compared.alignment.rows[run];
        const double error = Column(series.error(metric), rows)[place];
        variance += error * error;
        result.degrees += Column(series.workers(), rows)[place] - 1;
    }
    result.error = std::sqrt(variance) / static_cast<double>(side.runs.size());
    return result;
}

double rankHalfWidth(const RankError& base, const RankError& other) {
    const auto [error, degrees] = welchError(base.error, base.degrees, other.error, other.degrees);
    return isUndefined(error) ? undefined() : tQuantile(degrees) * error;
}

std::vector<Side> sidesOf(std::span<const RunConfig> runs, std::span<const ConfigRow> table) {
    const std::vector<Setting> settings = settingsOf(runs, table);
    const bool grouped =
        settings.size() > 1 && std::any_of(settings.begin(), settings.end(),
                                           [](const Setting& s) { return s.runs.size() > 1; });
    std::vector<Side> sides(grouped ? settings.size() : runs.size());
    for (std::size_t s = 0; s < settings.size(); ++s) {
        for (std::size_t i = 0; i < settings[s].runs.size(); ++i) {
            Side& side = sides[grouped ? s : settings[s].runs[i]];
            side.runs.push_back(settings[s].runs[i]);
            side.seeds.push_back(settings[s].seeds[i]);
        }
    }
    return sides;
}

} // namespace

ComparedRuns compared(std::vector<const ComparedRun*> runs, AlignBy by) {
    ComparedRuns result;
    std::vector<RunConfig> configs;
    std::vector<std::span<const std::uint64_t>> steps;
    for (const ComparedRun* run : runs) {
        configs.push_back(run->config);
        steps.emplace_back(run->series.steps());
    }
    result.runs = std::move(runs);
    result.alignment = align(steps, by);
    result.config = configTable(configs);
    result.sides = sidesOf(configs, result.config);
    return result;
}

TestKind testBetween(const Side& base, const Side& other) {
    if (base.runs.size() < 2 || other.runs.size() < 2) {
        return TestKind::Blocks;
    }
    const std::vector<double> any(std::max(base.runs.back(), other.runs.back()) + 1,
                                  0.0); // only the seeds matter
    return pairDifferences(base, other, any).size() >= 2 ? TestKind::PairedSeeds
                                                         : TestKind::WelchSeeds;
}

std::size_t commonSteps(const Alignment& alignment, StepSpan span) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < alignment.steps.size(); ++i) {
        const bool inside = alignment.steps[i] >= span.first && alignment.steps[i] <= span.last;
        count +=
            inside && std::all_of(alignment.rows.begin(), alignment.rows.end(),
                                  [i](const auto& rows) { return rows[i] != Alignment::kNone; });
    }
    return count;
}

std::optional<StepSpan> lastThird(const Alignment& alignment) {
    std::vector<std::uint64_t> common;
    for (std::size_t i = 0; i < alignment.steps.size(); ++i) {
        if (alignment.isCommon(i)) {
            common.push_back(alignment.steps[i]);
        }
    }
    if (common.empty()) {
        return std::nullopt;
    }
    return StepSpan{common[2 * common.size() / 3], common.back()};
}

RunSummary summarize(const ComparedRuns& compared, std::size_t base, StepSpan span) {
    RunSummary summary;
    summary.span = span;
    std::vector<double> p;
    for (const RunMetric metric : kAllRunMetrics) {
        const Columns columns = columnsOf(metric, compared);
        summary.rows.push_back(rowOf(metric, columns,
                                     sharedPlaces(columns, compared.alignment, span),
                                     compared.sides, base));
        for (const MeanTest& test : summary.rows.back().tests) {
            p.push_back(test.p);
        }
    }
    const std::vector<double> adjusted = holmAdjusted(p);
    auto next = adjusted.begin();
    for (SummaryRow& row : summary.rows) {
        const auto end = next + static_cast<std::ptrdiff_t>(compared.sides.size());
        row.adjusted.assign(next, end);
        next = end;
    }
    summary.tests = static_cast<std::size_t>(
        std::count_if(p.begin(), p.end(), [](double value) { return !isUndefined(value); }));
    return summary;
}

StepDifference differenceOf(RunMetric metric, const ComparedRuns& compared, std::size_t base,
                            std::size_t other) {
    const Side &a = compared.sides[base], &b = compared.sides[other];
    const Columns columns = columnsOf(metric, compared);
    const TestKind kind = testBetween(a, b);
    StepDifference result;
    if (kind == TestKind::PairedSeeds) {
        result.error = StepDifference::Error::PairedSeeds;
    } else if (kind == TestKind::WelchSeeds) {
        result.error = StepDifference::Error::WelchSeeds;
    } else if (!compared.runs.front()->series.error(metric).empty()) {
        result.error = StepDifference::Error::Ranks;
    }
    for (std::size_t place = 0; place < compared.alignment.steps.size(); ++place) {
        const double ofBase = meanAt(a, columns, place), ofOther = meanAt(b, columns, place);
        const bool both = std::isfinite(ofBase) && std::isfinite(ofOther);
        double halfWidth = undefined();
        if (both && result.error == StepDifference::Error::Ranks) {
            halfWidth = rankHalfWidth(rankErrorAt(metric, compared, a, place),
                                      rankErrorAt(metric, compared, b, place));
        } else if (both && result.error != StepDifference::Error::None) {
            halfWidth = seedHalfWidth(kind, a, b, columns, place);
        }
        result.base.push_back(ofBase);
        result.other.push_back(ofOther);
        result.difference.push_back(both ? ofOther - ofBase : undefined());
        result.halfWidth.push_back(halfWidth);
    }
    return result;
}

Ensemble ensembleOf(RunMetric metric, const ComparedRuns& compared, const Side& side) {
    std::vector<std::vector<double>> runs;
    for (const std::size_t run : side.runs) {
        runs.push_back(compared.alignment.onAxis(run, compared.runs[run]->series[metric]));
    }
    return ensembleOf(runs);
}

} // namespace rankscope::analysis
