// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/CompareWords.h"

#include "app/engine/compare/CompareText.h"
#include "app/engine/session/SessionAddress.h"
#include "app/ui/models/ChartModel.h"
#include "app/ui/models/Words.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace rankscope::ui {

using analysis::SummaryRow;
using engine::CompareFacts;
using engine::CompareFrame;
using engine::CompareSession;
using words::filled;
using words::forPlural;
using words::translate;

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

std::string testsText(std::size_t count) {
    return count == 1 ? translate("CompareWords", "1 test")
                      : filled(translate("CompareWords", "%1 tests", nullptr, forPlural(count)),
                               {widgets::countText(count)});
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
        return filled(translate("CompareWords", "95 %, blocks of %1"),
                      {words::steps(test.blockLength)});
    case analysis::TestKind::PairedSeeds:
        return filled(
            translate("CompareWords", "95 %, paired over %1 seeds", nullptr, forPlural(test.count)),
            {widgets::countText(test.count)});
    case analysis::TestKind::WelchSeeds:
        return filled(
            translate("CompareWords", "95 %, Welch over %1 runs", nullptr, forPlural(test.count)),
            {widgets::countText(test.count)});
    case analysis::TestKind::None:
        break;
    }
    return translate("CompareWords", "too few for an interval");
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
        test.drifts
            ? translate("CompareWords", "The difference drifts here: the interval is too narrow.") +
                  "  "
            : "";
    return drift +
           (single(frame)
                ? translate("CompareWords",
                            "One seed each: chance of the seed or of the setting? Add seeds.")
                : translate("CompareWords", "One side has a single seed: add seeds to tell the "
                                            "setting from chance."));
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
    return filled(translate("CompareWords",
                            "%1 has %2, %3 %4: dispersions and cosines differ by that alone."),
                  {facts.sessions.front().mark, words::ranks(facts.sessions.front().world),
                   odd->mark, std::to_string(odd->world)});
}

/// What may not be right about the sessions, at the right of the verdict.
std::string asideText(const CompareFrame& frame) {
    if (const std::size_t failed = failedCount(frame))
        return filled(translate("CompareWords", "%1 could not be read", nullptr, forPlural(failed)),
                      {words::sessions(failed)});
    const auto findings = sessionFindings(frame);
    const bool fine = std::all_of(findings.begin(), findings.end(),
                                  [](const SessionFindings& f) { return f.fine; });
    if (!fine)
        return translate("CompareWords", "NaN or Inf: see Findings");
    return findings.size() == 2 ? filled(translate("CompareWords", "No NaN or Inf in %1 or %2"),
                                         {findings[0].mark, findings[1].mark})
                                : translate("CompareWords", "No NaN or Inf in any session");
}

/// %1 and %3: the sides; %2: how far apart they are.
std::string apartText(bool lower, bool ends) {
    if (ends)
        return lower ? translate("CompareWords", "%1 ends %2 lower than %3")
                     : translate("CompareWords", "%1 ends %2 higher than %3");
    return lower ? translate("CompareWords", "%1 is %2 lower than %3")
                 : translate("CompareWords", "%1 is %2 higher than %3");
}

/// %1: the steps; %2: the test; %3: half the interval; %4: the difference, unless the headline has
/// it.
std::string meanLossText(const analysis::MeanTest& test) {
    if (test.kind == analysis::TestKind::None)
        return translate("CompareWords", "mean loss, %1, (%2).");
    return test.leavesZero() ? translate("CompareWords", "mean loss, %1, \xC2\xB1 %3 (%2).")
                             : translate("CompareWords", "mean loss, %1, %4 \xC2\xB1 %3 (%2).");
}

void add(std::string& text, const std::string& more) {
    if (!more.empty())
        text += (text.empty() ? "" : "  ") + more;
}

Verdict noSummary(const CompareFrame& frame) {
    Verdict verdict;
    const CompareFacts& facts = *frame.facts;
    if (facts.sides.size() < 2) {
        verdict.headline =
            translate("CompareWords", "One session: there is nothing to compare it with");
        verdict.detail = translate("CompareWords", "Drop another session on the window.");
        return verdict;
    }
    const bool whole = !analysis::isUndefined(frame.firstStep) && !facts.summary;
    verdict.headline =
        whole ? translate("CompareWords", "No step in view is common to all sessions") : "";
    verdict.detail = facts.align == analysis::AlignBy::Step
                         ? translate("CompareWords",
                                     "Align them by relative step, show all steps, or close one.")
                         : translate("CompareWords", "Show all steps, or close one.");
    return verdict;
}

} // namespace

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

Verdict compareVerdict(const CompareFrame& frame) {
    Verdict verdict;
    if (frame.empty) {
        if (frame.loading)
            verdict.headline = translate("CompareWords", "Reading");
        else if (failedCount(frame) == frame.sessions.size() && !frame.sessions.empty()) {
            verdict = ui::verdict(*frame.sessions.front().error);
            verdict.aside = frame.sessions.size() > 1
                                ? translate("CompareWords", "None of the sessions could be read")
                                : "";
        } else
            verdict.headline = translate("CompareWords", "No session holds a step");
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
    const bool known = !analysis::isUndefined(test.difference);
    const bool ends = facts.summary->span.last == static_cast<std::uint64_t>(frame.lastStep);
    if (!known)
        verdict.headline = translate("CompareWords", "No loss was measured that could be compared");
    else if (test.leavesZero() || test.kind == analysis::TestKind::None)
        verdict.headline = filled(apartText(test.difference < 0, ends),
                                  {other, decimalText(std::abs(test.difference), decimals), base});
    else
        verdict.headline = filled(
            translate("CompareWords", "No difference shown between %1 and %2"), {base, other});
    if (known)
        verdict.detail = filled(meanLossText(test), {spanText(frame), howText(test),
                                                     decimalText(test.halfWidth, decimals),
                                                     decimalText(test.difference, decimals, true)});
    add(verdict.detail, worldsText(facts));
    add(verdict.detail, adviceText(frame, test));
    return verdict;
}

std::string compareTitle(const CompareFrame& frame) {
    return words::sessions(frame.sessions.size());
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
        const std::string name = s.name.empty() ? engine::addressStem(s.file) : s.name;
        if (i > 0 && last)
            text = filled(translate("CompareWords", "%1 and %2"), {text, name});
        else
            text += (i == 0 ? "" : ", ") + name;
    }
    if (sessions.size() > kNamed)
        text = filled(translate("CompareWords", "%1 and %2 more"),
                      {text, std::to_string(sessions.size() - kNamed)});
    return text + kDot +
           (frame.facts->align == analysis::AlignBy::Step
                ? translate("CompareWords", "aligned by step")
                : translate("CompareWords", "aligned by relative step"));
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
           (live ? translate("CompareWords", "being recorded")
                 : translate("CompareWords", "read only")) +
           (frame.loading ? translate("CompareWords", ", reading") : "");
}

std::string compareStatusRight(const CompareFrame& frame) {
    const auto other = otherOf(frame);
    if (!other)
        return {};
    const auto& sides = frame.facts->sides;
    return engine::testInWords(sides[frame.facts->base], sides[*other]);
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
            text.explanation =
                translate("CompareWords", "Not measured at any step that all sessions have.");
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
            text.explanation = filled(translate("CompareWords", "%1; p %2, Holm %3; %4"),
                                      {howText(test), pText(test.p), pText(row.adjusted[other]),
                                       words::steps(row.steps)});
            if (test.drifts)
                text.explanation +=
                    translate("CompareWords", "; drifts, so the interval is too narrow");
        } else
            text.explanation =
                filled(translate("CompareWords", "Too few steps for an interval: %1"),
                       {words::steps(row.steps)});
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
    return filled(translate("CompareWords", "steps %1\xE2\x80\x93%2"),
                  {widgets::fixedText(first, 0), widgets::fixedText(last, 0)});
}

std::vector<std::string> summaryNotes(const CompareFrame& frame) {
    std::vector<std::string> notes;
    if (!hasSummary(frame)) {
        if (frame.facts && frame.facts->sides.size() > 1)
            notes.push_back(
                translate("CompareWords", "No step in view is common to all sessions."));
        return notes;
    }
    notes.push_back(compareStatusRight(frame));
    notes.push_back(filled(translate("CompareWords", "Intervals in units of their own half width. "
                                                     "Bold: the interval leaves 0 (%1, none "
                                                     "corrected)."),
                           {testsText(frame.facts->summary->tests)}));
    for (const std::string& caution : engine::cautions(*frame.facts))
        notes.push_back(caution);
    return notes;
}

} // namespace rankscope::ui
