// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Commands.h"
#include "app/cli/LoadRun.h"
#include "app/cli/Output.h"
#include "app/cli/Printable.h"
#include "app/engine/CompareReport.h"
#include "app/engine/CompareText.h"
#include "app/engine/ComparedSession.h"
#include "app/tables/CompareTable.h"
#include "app/tables/StepRange.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace rankscope::cli {
namespace {

using analysis::MeanTest;
using engine::CompareReport;

struct Options {
    std::vector<std::string> files;
    std::string steps, align = "step";
    bool json = false;
};

/// Rows of texts in aligned columns, the first to the left and the others to the right.
class TextTable {
  public:
    void row(std::vector<std::string> cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            m_widths.resize(std::max(m_widths.size(), i + 1));
            m_widths[i] = std::max(m_widths[i], cells[i].size());
        }
        m_rows.push_back(std::move(cells));
    }
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const auto& cells : m_rows) {
            std::string line;
            for (std::size_t i = 0; i < cells.size(); ++i) {
                const std::string pad(m_widths[i] - cells[i].size(), ' ');
                line += (i == 0 ? "" : "  ") + (i == 0 ? cells[i] + pad : pad + cells[i]);
            }
            line.erase(line.find_last_not_of(' ') + 1);
            all += line + '\n';
        }
        return all;
    }

  private:
    std::vector<std::vector<std::string>> m_rows;
    std::vector<std::size_t> m_widths;
};

/// Four digits, which is what a terminal is read for; --json has them all.
std::string short4(double value, bool sign = false) {
    if (!std::isfinite(value)) {
        return analysis::isUndefined(value) ? "-" : tables::csvText(value);
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), sign ? "%+.4g" : "%.4g", value);
    return text.data();
}

std::string sessionsText(const CompareReport& report) {
    std::string text;
    for (std::size_t run = 0; run < report.sessions.size(); ++run) {
        const CompareReport::Session& session = report.sessions[run];
        const auto& series = report.compared.runs[run]->series.steps();
        text += session.mark + "  " + printable(session.file) + ": " +
                (session.name.empty() ? "" : printable(session.name) + ", ") +
                counted(report.compared.runs[run]->config.world, "rank") + ", " +
                counted(series.size(), "step") + " (" + std::to_string(series.front()) + " to " +
                std::to_string(series.back()) + ")\n";
    }
    return text;
}

std::string configText(const CompareReport& report) {
    TextTable table;
    std::vector<std::string> head{"differs"};
    for (const CompareReport::Session& session : report.sessions) {
        head.push_back(session.mark);
    }
    table.row(std::move(head));
    std::size_t same = 0;
    for (const analysis::ConfigRow& row : report.compared.config) {
        if (!row.differs) {
            ++same;
            continue;
        }
        std::vector<std::string> cells{printable(row.key)};
        for (const auto& value : row.values) {
            cells.push_back(value ? printable(*value) : "-");
        }
        table.row(std::move(cells));
    }
    const std::string all = same == report.compared.config.size() ? "no setting differs; " : "";
    return (all.empty() ? table.text() : "") + all + counted(same, "setting") +
           (same == 1 ? " is" : " are") + " the same\n";
}

std::string summaryText(const CompareReport& report) {
    TextTable table;
    std::vector<std::string> head{"metric"};
    for (const CompareReport::Session& session : report.sessions) {
        head.push_back(session.mark);
    }
    const std::string base = report.sideMarks[report.base];
    for (std::size_t side = 0; side < report.sideMarks.size(); ++side) {
        if (side != report.base) {
            const auto name = "(" + report.sideMarks[side] + ") - (" + base + ")";
            const bool plain = name.size() == 9; // single letters on both sides
            head.insert(head.end(), {plain ? report.sideMarks[side] + " - " + base : name, "+-95%",
                                     "p", "p Holm"});
        }
    }
    table.row(std::move(head));
    for (const analysis::SummaryRow& row : report.summary.rows) {
        std::vector<std::string> cells{engine::metricKey(row.metric)};
        for (const double value : row.runs) {
            cells.push_back(short4(value));
        }
        for (std::size_t side = 0; side < row.tests.size(); ++side) {
            const MeanTest& test = row.tests[side];
            if (side != report.base) {
                cells.insert(cells.end(), {short4(test.difference, true), short4(test.halfWidth),
                                           short4(test.p), short4(row.adjusted[side])});
            }
        }
        table.row(std::move(cells));
    }
    return table.text();
}

/// "; errors from blocks of 5 to 12 steps", and what drifted.
std::string blocksText(const CompareReport& report) {
    std::size_t shortest = 0, longest = 0;
    std::string drifting;
    for (const analysis::SummaryRow& row : report.summary.rows) {
        for (const MeanTest& test : row.tests) {
            if (test.kind == analysis::TestKind::Blocks) {
                shortest = shortest == 0 ? test.blockLength : std::min(shortest, test.blockLength);
                longest = std::max(longest, test.blockLength);
                if (test.drifts &&
                    drifting.find(engine::metricKey(row.metric)) == std::string::npos)
                    drifting +=
                        (drifting.empty() ? "" : ", ") + std::string(engine::metricKey(row.metric));
            }
        }
    }
    std::string text;
    if (longest > 0) {
        text = "Intervals from means of blocks of " + std::to_string(shortest) +
               (longest > shortest ? " to " + std::to_string(longest) : "") + " steps.\n";
    }
    if (!drifting.empty()) {
        text +=
            "The difference drifts over these steps, so its interval is too narrow: " + drifting +
            ".\n";
    }
    return text;
}

std::string textOf(const CompareReport& report) {
    const auto& span = report.summary.span;
    const std::size_t common = commonSteps(report.compared.alignment, span);
    std::string text = sessionsText(report) + '\n' + configText(report) + '\n';
    text += "Means over " +
            std::string(report.align == analysis::AlignBy::RelativeStep ? "relative " : "") +
            "steps " + std::to_string(span.first) + " to " + std::to_string(span.last) + " (" +
            counted(common, "step") + " in common)\n" + summaryText(report) + '\n';
    for (const std::string& words :
         engine::testsInWords(report.compared.sides, report.sideMarks, report.base)) {
        text += printable(words) + '\n';
    }
    text += blocksText(report);
    text += counted(report.summary.tests, "test") + "; Holm's p allows for all of them.\n";
    for (const std::string& caution : engine::cautions(report.compared, report.sessionMarks())) {
        text += caution + '\n';
    }
    return text;
}

/// The runs that could be read, and the report that points to them.
struct Loaded {
    std::deque<analysis::ComparedRun> runs;
    CompareReport report;
};

Result<void> load(const std::vector<std::string>& files, Loaded& loaded) {
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::string mark = engine::sessionMark(i);
        const auto run = loadRun(files[i]);
        if (!run) {
            note(mark + " is left out: " + run.error().what);
            loaded.report.failures.push_back({mark, files[i], run.error()});
            continue;
        }
        if ((*run)->table().stepCount() == 0) {
            note(mark + " is left out: " + files[i] + " holds no step");
            loaded.report.failures.push_back(
                {mark, files[i], Error{ErrorCode::Unavailable, "the session holds no step", {}}});
            continue;
        }
        const auto info = (*run)->session().info();
        loaded.report.sessions.push_back(
            {mark, files[i], engine::nameOf((*run)->table()), info ? info->runId : std::string{},
             (*run)->table().lost(), (*run)->session().damagedChunks()});
        loaded.runs.push_back(engine::comparedRun(**run));
    }
    if (loaded.runs.size() < 2) {
        return fail(ErrorCode::Unavailable,
                    "only " + counted(loaded.runs.size(), "session") + " of " +
                        std::to_string(files.size()) + " can be compared",
                    "`rankscope info FILE` says what is in a file");
    }
    return {};
}

Result<analysis::StepSpan> spanOf(const tables::StepRange& range, bool asked,
                                  const analysis::Alignment& alignment) {
    const auto end = analysis::lastThird(alignment);
    if (!end) {
        return fail(ErrorCode::Unavailable, "no step is common to all sessions",
                    "--align relative counts each run's steps from its first; or leave one out");
    }
    if (!asked) {
        return *end;
    }
    const std::uint64_t last = range.last ? range.last->value() : alignment.steps.back() + 1;
    const analysis::StepSpan span{range.first.value(), last == 0 ? 0 : last - 1};
    if (last <= range.first.value() || commonSteps(alignment, span) == 0) {
        return fail(ErrorCode::Unavailable, "no step within --steps is common to all sessions",
                    "Without --steps the last third of the common steps is taken");
    }
    return span;
}

Result<int> compare(const Options& options) {
    const auto range = tables::parseStepRange(options.steps);
    if (!range) {
        return tl::unexpected(range.error());
    }
    Loaded loaded;
    if (const auto done = load(options.files, loaded); !done) {
        return tl::unexpected(done.error());
    }
    CompareReport& report = loaded.report;
    report.align =
        options.align == "relative" ? analysis::AlignBy::RelativeStep : analysis::AlignBy::Step;
    std::vector<const analysis::ComparedRun*> runs;
    for (const analysis::ComparedRun& run : loaded.runs) {
        runs.push_back(&run);
    }
    report.compared = analysis::compared(std::move(runs), report.align);
    for (const analysis::Side& side : report.compared.sides) {
        report.sideMarks.push_back(engine::sideMark(side, report.sessionMarks()));
    }
    const auto span = spanOf(*range, !options.steps.empty(), report.compared.alignment);
    if (!span) {
        return tl::unexpected(span.error());
    }
    report.summary = summarize(report.compared, report.base, *span);
    if (options.json) {
        tables::writeCompareJson(report, print);
    } else {
        print(textOf(report));
    }
    return flush().map([] { return 0; });
}

} // namespace

Action declareCompare(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->files, "two session files or more; the first is the base")
        ->required()
        ->expected(2, 64);
    app.add_flag("--json", options->json, "as one JSON object, with every step");
    app.add_option("--steps", options->steps,
                   "means over steps A <= step < B, as A:B, A: or :B; else the last third");
    app.add_option("--align", options->align, "by step, or relative to each run's first step")
        ->check(CLI::IsMember({"step", "relative"}))
        ->capture_default_str();
    return [options] { return compare(*options); };
}

} // namespace rankscope::cli
