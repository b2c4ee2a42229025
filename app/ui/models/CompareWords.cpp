// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/CompareWords.h"

#include "app/engine/CompareText.h"
#include "app/ui/models/ChartModel.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace rankscope::ui {

using analysis::RunMetric;
using analysis::SummaryRow;
using engine::CompareFacts;
using engine::CompareFrame;
using engine::CompareSession;
using widgets::plural;

namespace {

constexpr const char* kDot = " \xC2\xB7 ";
constexpr const char* kPlusMinus = " \xC2\xB1 ";

/// The side that is compared with the base; none with a single side.
std::optional<std::size_t> otherOf(const CompareFrame& frame) {
    return frame.difference ? std::optional(frame.difference->other) : std::nullopt;
}

bool hasSummary(const CompareFrame& frame) {
    return frame.facts && frame.facts->summary && otherOf(frame);
}

double meanOf(const SummaryRow& row, const analysis::Side& side) {
    double sum = 0;
    for (const std::size_t run : side.runs)
        sum += row.runs[run];
    return sum / static_cast<double>(side.runs.size());
}

std::string pText(double p) {
    if (analysis::isUndefined(p))
        return widgets::kUndefined;
    return p < 0.0001 ? "< .0001" : decimalText(p, p < 0.01 ? 4 : 2);
}

/// "95 %, blocks of 5 steps", "95 %, paired over 3 seeds".
std::string howText(const analysis::MeanTest& test) {
    switch (test.kind) {
    case analysis::TestKind::Blocks:
        return "95 %, blocks of " + plural(test.blockLength, "step");
    case analysis::TestKind::PairedSeeds:
        return "95 %, paired over " + plural(test.count, "seed");
    case analysis::TestKind::WelchSeeds:
        return "95 %, Welch over " + plural(test.count, "run");
    case analysis::TestKind::None:
        break;
    }
    return "too few for an interval";
}

bool single(const CompareFrame& frame) {
    const CompareFacts& facts = *frame.facts;
    return std::all_of(facts.sides.begin(), facts.sides.end(),
                       [](const analysis::Side& side) { return side.runs.size() == 1; });
}

std::string adviceText(const CompareFrame& frame, const analysis::MeanTest& test) {
    if (test.kind != analysis::TestKind::Blocks)
        return {};
    const std::string drift =
        test.drifts ? "The difference drifts here: the interval is too narrow.  " : "";
    return drift + (single(frame)
                        ? "One seed each: chance of the seed or of the setting? Add seeds."
                        : "One side has a single seed: add seeds to tell the setting from chance.");
}

std::size_t failedCount(const CompareFrame& frame) {
    return static_cast<std::size_t>(
        std::count_if(frame.sessions.begin(), frame.sessions.end(),
                      [](const CompareSession& s) { return s.error.has_value(); }));
}

std::string worldsText(const CompareFacts& facts) {
    const auto odd = std::find_if(
        facts.sessions.begin(), facts.sessions.end(),
        [&](const CompareFacts::Session& s) { return s.world != facts.sessions.front().world; });
    if (odd == facts.sessions.end())
        return {};
    return facts.sessions.front().mark + " has " + plural(facts.sessions.front().world, "rank") +
           ", " + odd->mark + " " + std::to_string(odd->world) +
           ": dispersions and cosines differ by that alone.";
}

/// What may not be right about the sessions, at the right of the verdict.
std::string asideText(const CompareFrame& frame) {
    if (const std::size_t failed = failedCount(frame))
        return plural(failed, "session") + " could not be read";
    const auto findings = sessionFindings(frame);
    const bool fine = std::all_of(findings.begin(), findings.end(),
                                  [](const SessionFindings& f) { return f.fine; });
    if (!fine)
        return "NaN or Inf: see Findings";
    return findings.size() == 2 ? "No NaN or Inf in " + findings[0].mark + " or " + findings[1].mark
                                : "No NaN or Inf in any session";
}

void add(std::string& text, const std::string& more) {
    if (!more.empty())
        text += (text.empty() ? "" : "  ") + more;
}

Verdict noSummary(const CompareFrame& frame) {
    Verdict verdict;
    const CompareFacts& facts = *frame.facts;
    if (facts.sides.size() < 2) {
        verdict.headline = "One session: there is nothing to compare it with";
        verdict.detail = "Drop another session on the window.";
        return verdict;
    }
    const bool whole = !analysis::isUndefined(frame.firstStep) && !facts.summary;
    verdict.headline = whole ? "No step in view is common to all sessions" : "";
    verdict.detail = facts.align == analysis::AlignBy::Step
                         ? "Align them by relative step, show all steps, or close one."
                         : "Show all steps, or close one.";
    return verdict;
}

} // namespace

std::string decimalText(double value, int decimals, bool sign) {
    if (analysis::isUndefined(value))
        return widgets::kUndefined;
    if (!std::isfinite(value))
        return widgets::numberText(value);
    std::string text = widgets::fixedText(std::abs(value), decimals);
    const bool zero = text.find_first_not_of("0.,") == std::string::npos;
    if (text.starts_with("0."))
        text.erase(0, 1);
    if (value < 0 && !zero)
        return widgets::kMinus + text;
    return (sign && !zero ? "+" : "") + text;
}

int decimalsFor(double scale) {
    if (!std::isfinite(scale) || scale == 0)
        return 3;
    return std::clamp(1 - static_cast<int>(std::floor(std::log10(std::abs(scale)))), 0, 6);
}

std::string metricName(RunMetric metric) {
    switch (metric) {
    case RunMetric::Loss:
        return "Loss";
    case RunMetric::LossStd:
        return "Loss dispersion";
    case RunMetric::GradNorm:
        return "Gradient norm";
    case RunMetric::NormCv:
        return "Norm std \xC3\xB7 mean";
    case RunMetric::Cosine:
        return "Mean of pairs";
    case RunMetric::LowestLoo:
        return "Lowest l.o.o.";
    case RunMetric::Weight:
        return "Tokens a step";
    }
    return {};
}

std::string inSentence(std::string name) {
    if (!name.empty() && name.front() >= 'A' && name.front() <= 'Z')
        name.front() = static_cast<char>(name.front() - 'A' + 'a');
    return name;
}

std::string differenceName(const CompareFrame& frame) {
    const auto other = otherOf(frame);
    if (!other)
        return {};
    const CompareFacts& facts = *frame.facts;
    const auto bracketed = [](const std::string& mark) {
        return mark.find_first_of("+-") == std::string::npos ? mark : "(" + mark + ")";
    };
    return bracketed(facts.sideMarks[*other]) + " " + widgets::kMinus + " " +
           bracketed(facts.sideMarks[facts.base]);
}

std::string chanceText(analysis::StepDifference::Error error) {
    using Error = analysis::StepDifference::Error;
    switch (error) {
    case Error::Ranks:
        return "grey: where two runs of one setting would differ by sampling alone";
    case Error::PairedSeeds:
        return "grey: where equal settings would differ by their seeds, paired";
    case Error::WelchSeeds:
        return "grey: where equal settings would differ by their seeds";
    case Error::None:
        break;
    }
    return {};
}

Verdict compareVerdict(const CompareFrame& frame) {
    Verdict verdict;
    if (frame.empty) {
        if (frame.loading)
            verdict.headline = "Reading";
        else if (failedCount(frame) == frame.sessions.size() && !frame.sessions.empty()) {
            verdict = ui::verdict(*frame.sessions.front().error);
            verdict.aside = frame.sessions.size() > 1 ? "None of the sessions could be read" : "";
        } else
            verdict.headline = "No session holds a step";
        return verdict;
    }
    verdict.aside = asideText(frame);
    if (!hasSummary(frame)) {
        const std::string aside = std::move(verdict.aside);
        verdict = noSummary(frame);
        verdict.aside = aside;
        return verdict;
    }
    const CompareFacts& facts = *frame.facts;
    const analysis::MeanTest& test = facts.summary->rows.front().tests[*otherOf(frame)];
    const std::string base = facts.sideMarks[facts.base], other = facts.sideMarks[*otherOf(frame)];
    const int decimals =
        decimalsFor(test.kind == analysis::TestKind::None ? test.difference : test.halfWidth);
    const std::string size = decimalText(std::abs(test.difference), decimals);
    const bool known = !analysis::isUndefined(test.difference);
    if (!known)
        verdict.headline = "No loss was measured that could be compared";
    else if (test.leavesZero() || test.kind == analysis::TestKind::None)
        verdict.headline =
            other +
            (facts.summary->span.last == static_cast<std::uint64_t>(frame.lastStep) ? " ends "
                                                                                    : " is ") +
            size + (test.difference < 0 ? " lower than " : " higher than ") + base;
    else
        verdict.headline = "No difference shown between " + base + " and " + other;
    if (known) {
        verdict.detail = "mean loss, " + spanText(frame) + ",";
        if (!test.leavesZero() && test.kind != analysis::TestKind::None)
            verdict.detail += ' ' + decimalText(test.difference, decimals, true);
        if (test.kind != analysis::TestKind::None)
            verdict.detail += kPlusMinus + decimalText(test.halfWidth, decimals);
        verdict.detail += " (" + howText(test) + ").";
    }
    add(verdict.detail, worldsText(facts));
    add(verdict.detail, adviceText(frame, test));
    return verdict;
}

std::string compareTitle(const CompareFrame& frame) {
    return plural(frame.sessions.size(), "session");
}

std::string compareDetail(const CompareFrame& frame) {
    if (!frame.facts)
        return {};
    std::string text;
    const auto& sessions = frame.facts->sessions;
    constexpr std::size_t kNamed = 3;
    for (std::size_t i = 0; i < std::min(kNamed, sessions.size()); ++i) {
        const CompareFacts::Session& s = sessions[i];
        const bool last = i + 1 == sessions.size();
        text += (i == 0 ? "" : last ? " and " : ", ");
        text += s.name.empty() ? std::filesystem::path(s.file).stem().string() : s.name;
    }
    if (sessions.size() > kNamed)
        text += " and " + std::to_string(sessions.size() - kNamed) + " more";
    return text + kDot +
           (frame.facts->align == analysis::AlignBy::Step ? "aligned by step"
                                                          : "aligned by relative step");
}

std::string compareStatusLeft(const CompareFrame& frame) {
    std::uint64_t bytes = 0;
    bool live = false;
    for (const CompareSession& session : frame.sessions)
        if (session.frame) {
            bytes += session.frame->status.fileBytes;
            live = live || session.frame->status.state == engine::RunState::Live;
        }
    return compareTitle(frame) + ", " + widgets::bytesText(bytes) + kDot +
           (live ? "being recorded" : "read only") + (frame.loading ? ", reading" : "");
}

std::string compareStatusRight(const CompareFrame& frame) {
    const auto other = otherOf(frame);
    if (!other)
        return {};
    const auto& sides = frame.facts->sides;
    return engine::testInWords(sides[frame.facts->base], sides[*other]);
}

SessionText sessionText(const CompareSession& session, const CompareFrame& frame) {
    SessionText text;
    text.file = session.file;
    const std::string stem = std::filesystem::path(session.file).stem().string();
    if (session.run && frame.facts) {
        const CompareFacts::Session& facts = frame.facts->sessions[*session.run];
        text.title = session.mark + "  " + (facts.name.empty() ? stem : facts.name);
        text.detail = plural(facts.steps, "step") + kDot + plural(facts.world, "rank");
        if (facts.lost > 0)
            text.detail += kDot + widgets::countText(facts.lost) + " lost";
    } else {
        text.title = session.mark + "  " + stem;
        text.detail = session.loading ? "reading" : "no step";
    }
    if (session.error) {
        text.failed = true;
        text.detail = session.error->what;
    }
    return text;
}

std::vector<SessionFindings> sessionFindings(const CompareFrame& frame) {
    std::vector<SessionFindings> findings;
    for (const CompareSession& session : frame.sessions) {
        if (!session.run || !session.frame || !frame.facts)
            continue;
        const auto& bad = session.frame->nonFiniteRanks;
        const std::uint64_t steps = frame.facts->sessions[*session.run].steps;
        if (bad.empty())
            findings.push_back({session.mark, "no NaN or Inf in " + plural(steps, "step"), true});
        else
            findings.push_back({session.mark,
                                "rank " + std::to_string(bad.front().rank.value()) +
                                    ": NaN or Inf from step " +
                                    widgets::countText(bad.front().first.value()),
                                false});
    }
    return findings;
}

std::vector<SummaryText> summaryTexts(const CompareFrame& frame) {
    std::vector<SummaryText> texts;
    if (!hasSummary(frame))
        return texts;
    const CompareFacts& facts = *frame.facts;
    const std::size_t other = *otherOf(frame);
    for (const SummaryRow& row : facts.summary->rows) {
        const analysis::MeanTest& test = row.tests[other];
        const double base = meanOf(row, facts.sides[facts.base]);
        const bool tested = test.kind != analysis::TestKind::None;
        const int decimals = decimalsFor(tested && test.halfWidth > 0 ? test.halfWidth : base / 10);
        SummaryText text;
        text.metric = metricName(row.metric);
        if (row.steps == 0) {
            text.base = text.other = text.difference = widgets::kUndefined;
            text.explanation = "Not measured at any step that all sessions have.";
            texts.push_back(std::move(text));
            continue;
        }
        text.base = decimalText(base, decimals);
        text.other = decimalText(meanOf(row, facts.sides[other]), decimals);
        text.difference = decimalText(test.difference, decimals, true);
        if (tested) {
            text.difference += kPlusMinus + decimalText(test.halfWidth, decimals);
            text.leavesZero = test.leavesZero();
            if (test.halfWidth > 0)
                text.place = test.difference / test.halfWidth;
            text.explanation = howText(test) + "; p " + pText(test.p) + ", Holm " +
                               pText(row.adjusted[other]) + "; " + plural(row.steps, "step") +
                               (test.drifts ? "; drifts, so the interval is too narrow" : "");
        } else
            text.explanation = "Too few steps for an interval: " + plural(row.steps, "step");
        texts.push_back(std::move(text));
    }
    return texts;
}

std::string spanText(const CompareFrame& frame) {
    if (!frame.facts || !frame.facts->summary)
        return {};
    const analysis::StepSpan& span = frame.facts->summary->span;
    // A view may reach beyond the steps that there are.
    const double first = std::max(static_cast<double>(span.first), frame.firstStep);
    const double last = std::min(static_cast<double>(span.last), frame.lastStep);
    return "steps " + widgets::fixedText(first, 0) + "\xE2\x80\x93" + widgets::fixedText(last, 0);
}

std::vector<std::string> summaryNotes(const CompareFrame& frame) {
    std::vector<std::string> notes;
    if (!hasSummary(frame)) {
        if (frame.facts && frame.facts->sides.size() > 1)
            notes.emplace_back("No step in view is common to all sessions.");
        return notes;
    }
    notes.push_back(compareStatusRight(frame));
    notes.emplace_back("Intervals in units of their own half width. Bold: the interval leaves 0 (" +
                       plural(frame.facts->summary->tests, "test") + ", none corrected).");
    for (const std::string& caution : engine::cautions(*frame.facts))
        notes.push_back(caution);
    return notes;
}

std::vector<ConfigText> configTexts(const CompareFrame& frame, bool all) {
    std::vector<ConfigText> texts;
    if (!frame.facts)
        return texts;
    for (const analysis::ConfigRow& row : frame.facts->config) {
        if (!row.differs && !all)
            continue;
        ConfigText text{row.key, {}, row.differs};
        for (std::size_t run = 0; run < row.values.size(); ++run)
            text.values.push_back(
                run > 0 && !row.differs ? "same" : row.values[run].value_or(widgets::kUndefined));
        texts.push_back(std::move(text));
    }
    return texts;
}

std::string configRemark(const CompareFrame& frame) {
    if (!frame.facts)
        return {};
    const auto& rows = frame.facts->config;
    const auto differ = std::count_if(rows.begin(), rows.end(),
                                      [](const analysis::ConfigRow& row) { return row.differs; });
    const bool configured =
        std::any_of(frame.facts->sessions.begin(), frame.facts->sessions.end(),
                    [](const CompareFacts::Session& s) { return s.configured; });
    if (!configured)
        return "none was sent";
    return std::to_string(differ) + " of " + std::to_string(rows.size()) +
           (differ == 1 ? " differs" : " differ");
}

} // namespace rankscope::ui
