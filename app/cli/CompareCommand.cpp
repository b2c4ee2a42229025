// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Commands.h"
#include "app/cli/HandOver.h"
#include "app/cli/LoadRun.h"
#include "app/cli/Output.h"
#include "app/cli/Printable.h"
#include "app/engine/compare/CompareFacts.h"
#include "app/engine/compare/CompareText.h"
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
using engine::CompareFacts;

struct Options {
    std::vector<std::string> files;
    std::string steps, align = "step", out, columns = "1";
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

std::string sessionsText(const CompareFacts& facts) {
    std::string text;
    for (const CompareFacts::Session& session : facts.sessions) {
        text += session.mark + "  " + printable(session.file) + ": " +
                (session.name.empty() ? "" : printable(session.name) + ", ") +
                counted(session.world, "rank") + ", " + counted(session.steps, "step") + " (" +
                std::to_string(session.firstStep) + " to " + std::to_string(session.lastStep) +
                ")\n";
    }
    return text;
}

std::string configText(const CompareFacts& facts) {
    TextTable table;
    std::vector<std::string> head{"differs"};
    for (const CompareFacts::Session& session : facts.sessions) {
        head.push_back(session.mark);
    }
    table.row(std::move(head));
    std::size_t same = 0;
    for (const analysis::ConfigRow& row : facts.config) {
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
    const std::string all = same == facts.config.size() ? "no setting differs; " : "";
    return (all.empty() ? table.text() : "") + all + counted(same, "setting") +
           (same == 1 ? " is" : " are") + " the same\n";
}

std::string summaryText(const CompareFacts& facts) {
    TextTable table;
    std::vector<std::string> head{"metric"};
    for (const CompareFacts::Session& session : facts.sessions) {
        head.push_back(session.mark);
    }
    const std::string base = facts.sideMarks[facts.base];
    for (std::size_t side = 0; side < facts.sideMarks.size(); ++side) {
        if (side != facts.base) {
            const auto name = "(" + facts.sideMarks[side] + ") - (" + base + ")";
            const bool plain = name.size() == 9; // single letters on both sides
            head.insert(head.end(), {plain ? facts.sideMarks[side] + " - " + base : name, "+-95%",
                                     "p", "p Holm"});
        }
    }
    table.row(std::move(head));
    for (const analysis::SummaryRow& row : facts.summary->rows) {
        std::vector<std::string> cells{engine::metricKey(row.metric)};
        for (const double value : row.runs) {
            cells.push_back(short4(value));
        }
        for (std::size_t side = 0; side < row.tests.size(); ++side) {
            const MeanTest& test = row.tests[side];
            if (side != facts.base) {
                cells.insert(cells.end(), {short4(test.difference, true), short4(test.halfWidth),
                                           short4(test.p), short4(row.adjusted[side])});
            }
        }
        table.row(std::move(cells));
    }
    return table.text();
}

/// "; errors from blocks of 5 to 12 steps", and what drifted.
std::string blocksText(const CompareFacts& facts) {
    std::size_t shortest = 0, longest = 0;
    std::string drifting;
    for (const analysis::SummaryRow& row : facts.summary->rows) {
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

std::string textOf(const CompareFacts& facts) {
    const auto& span = facts.summary->span;
    std::string text = sessionsText(facts) + '\n' + configText(facts) + '\n';
    text += "Means over " +
            std::string(facts.align == analysis::AlignBy::RelativeStep ? "relative " : "") +
            "steps " + std::to_string(span.first) + " to " + std::to_string(span.last) + " (" +
            counted(facts.commonSteps, "step") + " in common)\n" + summaryText(facts) + '\n';
    for (const std::string& words : engine::testsInWords(facts)) {
        text += printable(words) + '\n';
    }
    text += blocksText(facts);
    text += counted(facts.summary->tests, "test") + "; Holm's p allows for all of them.\n";
    for (const std::string& caution : engine::cautions(facts)) {
        text += caution + '\n';
    }
    return text;
}

/// The runs that could be read, and what is known of them.
struct Loaded {
    std::deque<analysis::ComparedRun> runs;
    std::vector<CompareFacts::Session> sessions;
    std::vector<CompareFacts::Failure> failures;
};

Result<void> load(const std::vector<std::string>& files, Loaded& loaded) {
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::string mark = engine::sessionMark(i);
        const auto leaveOut = [&](const Error& error) {
            note(mark + " is left out: " + error.what);
            loaded.failures.push_back({mark, files[i], error});
        };
        const auto run = loadRun(files[i]);
        if (!run) {
            leaveOut(run.error());
            continue;
        }
        if ((*run)->table().stepCount() == 0) {
            leaveOut({ErrorCode::Unavailable, files[i] + " holds no step", {}});
            continue;
        }
        loaded.sessions.push_back(engine::describe(**run));
        loaded.sessions.back().mark = mark;
        loaded.sessions.back().file = files[i];
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

/// None: the last third.
std::optional<analysis::StepSpan> spanOf(const tables::StepRange& range, bool asked) {
    if (!asked) {
        return std::nullopt;
    }
    constexpr std::uint64_t kEnd = wire::limits::kCount;
    const std::uint64_t end = range.last ? range.last->value() : kEnd;
    return analysis::StepSpan{range.first.value() + (end == 0 ? 1 : 0), end == 0 ? 0 : end - 1};
}

/// The desktop program draws.
Result<int> draw(const Options& options) {
    std::vector<std::string> arguments{"figure", "--overlay", "--panel",
                                       "loss,dispersion,direction,difference"};
    arguments.insert(arguments.end(), {"--align", options.align, "--columns", options.columns,
                                       "--out", options.out});
    if (!options.steps.empty()) {
        arguments.insert(arguments.end(), {"--steps", options.steps});
    }
    arguments.emplace_back("--");
    arguments.insert(arguments.end(), options.files.begin(), options.files.end());
    return handOver(arguments);
}

Result<int> compare(const Options& options) {
    const auto range = tables::parseStepRange(options.steps);
    if (!range) {
        return tl::unexpected(range.error());
    }
    if (!options.out.empty()) {
        return draw(options);
    }
    Loaded loaded;
    if (const auto done = load(options.files, loaded); !done) {
        return tl::unexpected(done.error());
    }
    std::vector<const analysis::ComparedRun*> runs;
    for (const analysis::ComparedRun& run : loaded.runs) {
        runs.push_back(&run);
    }
    const auto align =
        options.align == "relative" ? analysis::AlignBy::RelativeStep : analysis::AlignBy::Step;
    const analysis::ComparedRuns compared = analysis::compared(std::move(runs), align);
    const auto span = spanOf(*range, !options.steps.empty());
    CompareFacts facts = engine::factsOf(compared, align, std::move(loaded.sessions), 0, span);
    facts.failures = std::move(loaded.failures);
    if (!facts.summary) {
        return span ? fail(ErrorCode::Unavailable,
                           "no step within --steps is common to all sessions",
                           "Without --steps the last third of the common steps is taken")
                    : fail(ErrorCode::Unavailable, "no step is common to all sessions",
                           "--align relative counts each run's steps from its first; or leave "
                           "one out");
    }
    if (options.json) {
        tables::writeCompareJson(facts, compared, print);
    } else {
        print(textOf(facts));
    }
    return flush().map([] { return 0; });
}

} // namespace

Action declareCompare(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->files, "two session files or more; the first is the base")
        ->required()
        ->expected(2, 64);
    auto* json = app.add_flag("--json", options->json, "as one JSON object, with every step");
    app.add_option("--out", options->out,
                   "draw it instead: .svg, .pdf or .png; rankscope figure --overlay can do more")
        ->excludes(json);
    app.add_option("--columns", options->columns, "of the page that the figure fills")
        ->check(CLI::IsMember({"1", "2"}))
        ->capture_default_str();
    app.add_option("--steps", options->steps,
                   "means over steps A <= step < B, as A:B, A: or :B; else the last third");
    app.add_option("--align", options->align, "by step, or relative to each run's first step")
        ->check(CLI::IsMember({"step", "relative"}))
        ->capture_default_str();
    return [options] { return compare(*options); };
}

} // namespace rankscope::cli
