// SPDX-License-Identifier: Apache-2.0
#include "app/tables/CompareTable.h"

#include "app/engine/compare/CompareText.h"

#include <utility>

namespace rankscope::tables {

using analysis::MeanTest;
using analysis::RunMetric;
using engine::CompareFacts;

namespace {

/// A JSON value under construction: objects and arrays of texts that are JSON already.
class Object {
  public:
    Object& add(const char* key, const std::string& json) {
        m_text += (m_text.empty() ? "" : ", ") + jsonString(key) + ": " + json;
        return *this;
    }
    Object& add(const char* key, const Cell& cell) { return add(key, jsonText(cell)); }
    [[nodiscard]] std::string text() const { return '{' + m_text + '}'; }

  private:
    std::string m_text;
};

template <class Range, class Text>
std::string array(const Range& range, Text text, const char* between = ", ") {
    std::string all;
    for (const auto& item : range) {
        all += (all.empty() ? "" : between) + text(item);
    }
    return '[' + all + ']';
}

std::string numbers(const std::vector<double>& values) {
    return array(values, [](double value) { return jsonText(value); });
}

template <class Count>
std::string counts(const std::vector<Count>& values) {
    return array(values, [](Count value) { return std::to_string(value); });
}

std::string strings(const std::vector<std::string>& texts) {
    return array(texts, [](const std::string& text) { return jsonString(text); });
}

Cell text(std::string value) {
    return Cell{std::move(value)};
}

std::string sessionsOf(const CompareFacts& facts) {
    std::vector<Object> objects;
    for (const CompareFacts::Session& session : facts.sessions) {
        objects.emplace_back();
        objects.back()
            .add("mark", text(session.mark))
            .add("file", text(session.file))
            .add("run", text(session.runId))
            .add("name", text(session.name))
            .add("ranks", Cell{std::uint64_t{session.world}})
            .add("steps", Cell{session.steps})
            .add("first_step", Cell{session.firstStep})
            .add("last_step", Cell{session.lastStep})
            .add("lost", Cell{session.lost})
            .add("damaged_chunks", Cell{session.damagedChunks});
    }
    return array(
        objects, [](const Object& o) { return o.text(); }, ",\n  ");
}

std::string failuresOf(const CompareFacts& facts) {
    return array(facts.failures, [](const CompareFacts::Failure& failure) {
        return Object()
            .add("mark", text(failure.mark))
            .add("file", text(failure.file))
            .add("problem", text(failure.error.what))
            .text();
    });
}

std::string sidesOf(const CompareFacts& facts) {
    std::vector<std::string> sides;
    for (std::size_t i = 0; i < facts.sides.size(); ++i) {
        const analysis::Side& side = facts.sides[i];
        sides.push_back(Object()
                            .add("mark", text(facts.sideMarks[i]))
                            .add("sessions", array(side.runs,
                                                   [&](auto run) {
                                                       return jsonString(facts.sessions[run].mark);
                                                   }))
                            .add("seeds", strings(side.seeds))
                            .text());
    }
    return array(sides, [](const std::string& side) { return side; });
}

std::string configOf(const CompareFacts& facts) {
    return array(
        facts.config,
        [](const analysis::ConfigRow& row) {
            return Object()
                .add("key", text(row.key))
                .add("differs", Cell{row.differs})
                .add("values",
                     array(row.values,
                           [](const auto& value) { return value ? jsonString(*value) : "null"; }))
                .text();
        },
        ",\n  ");
}

std::string testOf(const CompareFacts& facts, const analysis::SummaryRow& row, std::size_t side) {
    const MeanTest& test = row.tests[side];
    const bool blocks = test.kind == analysis::TestKind::Blocks;
    Object object;
    object.add("side", text(facts.sideMarks[side]))
        .add("difference", Cell{test.difference})
        .add("half_width", Cell{test.halfWidth})
        .add("p", Cell{test.p})
        .add("p_holm", Cell{row.adjusted[side]})
        .add("test", text(testName(test.kind)))
        .add("degrees", Cell{test.degrees})
        .add("count", Cell{std::uint64_t{test.count}})
        .add("block_length", blocks ? std::to_string(test.blockLength) : "null")
        .add("drifts", Cell{test.drifts});
    return object.text();
}

std::string summaryOf(const CompareFacts& facts) {
    return array(
        facts.summary->rows,
        [&](const analysis::SummaryRow& row) {
            std::vector<std::string> tests;
            for (std::size_t side = 0; side < row.tests.size(); ++side) {
                if (side != facts.base) {
                    tests.push_back(testOf(facts, row, side));
                }
            }
            return Object()
                .add("metric", text(engine::metricKey(row.metric)))
                .add("steps", Cell{std::uint64_t{row.steps}})
                .add("values", numbers(row.runs))
                .add("against_base", array(tests, [](const std::string& test) { return test; }))
                .text();
        },
        ",\n  ");
}

std::string errorName(analysis::StepDifference::Error error) {
    using Error = analysis::StepDifference::Error;
    switch (error) {
    case Error::Ranks:
        return "ranks";
    case Error::PairedSeeds:
        return "paired-seeds";
    case Error::WelchSeeds:
        return "welch-seeds";
    case Error::None:
        break;
    }
    return "none";
}

std::string overlayOf(const CompareFacts& facts, const analysis::ComparedRuns& compared,
                      RunMetric metric, std::size_t side) {
    const analysis::Ensemble e = ensembleOf(metric, compared, facts.sides[side]);
    return Object()
        .add("metric", text(engine::metricKey(metric)))
        .add("side", text(facts.sideMarks[side]))
        .add("runs", counts(e.count))
        .add("mean", numbers(e.mean))
        .add("std", numbers(e.std))
        .add("p5", numbers(e.low))
        .add("median", numbers(e.median))
        .add("p95", numbers(e.high))
        .text();
}

std::string differenceOf(const CompareFacts& facts, const analysis::ComparedRuns& compared,
                         RunMetric metric, std::size_t side) {
    const auto d = analysis::differenceOf(metric, compared, facts.base, side);
    return Object()
        .add("metric", text(engine::metricKey(metric)))
        .add("base", text(facts.sideMarks[facts.base]))
        .add("side", text(facts.sideMarks[side]))
        .add("error", text(errorName(d.error)))
        .add("difference", numbers(d.difference))
        .add("half_width", numbers(d.halfWidth))
        .text();
}

} // namespace

std::string testName(analysis::TestKind kind) {
    switch (kind) {
    case analysis::TestKind::Blocks:
        return "blocks";
    case analysis::TestKind::PairedSeeds:
        return "paired-seeds";
    case analysis::TestKind::WelchSeeds:
        return "welch-seeds";
    case analysis::TestKind::None:
        break;
    }
    return "none";
}

void writeCompareJson(const CompareFacts& facts, const analysis::ComparedRuns& compared,
                      const Sink& sink) {
    const auto member = [&](const char* key, const std::string& json, bool last = false) {
        sink(' ' + jsonString(key) + ": " + json + (last ? "\n}\n" : ",\n"));
    };
    const auto& sides = facts.sides;
    sink("{\n");
    member("align", facts.align == analysis::AlignBy::Step ? "\"step\"" : "\"relative\"");
    member("sessions", sessionsOf(facts));
    member("failed", failuresOf(facts));
    member("sides", sidesOf(facts));
    member("base", jsonString(facts.sideMarks[facts.base]));
    member("config", configOf(facts));
    member("words", strings(engine::testsInWords(facts)));
    member("cautions", strings(engine::cautions(facts)));
    member("first_step", std::to_string(facts.summary->span.first));
    member("last_step", std::to_string(facts.summary->span.last));
    member("tests", std::to_string(facts.summary->tests));
    member("summary", summaryOf(facts));
    member("steps", counts(compared.alignment.steps));
    std::vector<std::string> overlays, differences;
    for (const RunMetric metric : analysis::kAllRunMetrics) {
        for (std::size_t side = 0; side < sides.size(); ++side) {
            overlays.push_back(overlayOf(facts, compared, metric, side));
            if (side != facts.base) {
                differences.push_back(differenceOf(facts, compared, metric, side));
            }
        }
    }
    const auto same = [](const std::string& json) { return json; };
    member("overlay", array(overlays, same, ",\n  "));
    member("differences", array(differences, same, ",\n  "), true);
}

void writeCompareCsv(const CompareFacts& facts, const Sink& sink) {
    std::vector<std::string> columns{"metric", "steps"};
    for (const CompareFacts::Session& session : facts.sessions) {
        columns.push_back(session.mark);
    }
    for (const char* name : {"base", "side", "difference", "half_width", "p", "p_holm", "test"}) {
        columns.emplace_back(name);
    }
    TableWriter table(Format::Csv, std::move(columns), sink);
    const auto rows = facts.summary ? facts.summary->rows : std::vector<analysis::SummaryRow>{};
    for (const analysis::SummaryRow& row : rows) {
        for (std::size_t side = 0; side < row.tests.size(); ++side) {
            if (side == facts.base) {
                continue;
            }
            std::vector<Cell> cells{text(engine::metricKey(row.metric)),
                                    Cell{std::uint64_t{row.steps}}};
            cells.insert(cells.end(), row.runs.begin(), row.runs.end());
            const MeanTest& test = row.tests[side];
            cells.emplace_back(facts.sideMarks[facts.base]);
            cells.emplace_back(facts.sideMarks[side]);
            cells.insert(cells.end(), {Cell{test.difference}, Cell{test.halfWidth}, Cell{test.p},
                                       Cell{row.adjusted[side]}, text(testName(test.kind))});
            table.row(cells);
        }
    }
    table.finish();
}

} // namespace rankscope::tables
