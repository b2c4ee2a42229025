// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/RunText.h"

#include "app/engine/session/SessionAddress.h"
#include "app/ui/models/Words.h"
#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace rankscope::ui {
namespace {

using engine::RunFrame;
using engine::RunState;
using engine::RunStatus;
using widgets::countText;
using words::filled;
using words::forPlural;
using words::translate;

constexpr const char* kDot = " \xC2\xB7 ";

void join(std::string& text, const std::string& part) {
    if (part.empty())
        return;
    if (!text.empty())
        text += kDot;
    text += part;
}

/// Begins with a capital and ends with a stop. Errors begin with a file or a command as often as
/// with a word: only a word's case is changed.
std::string sentence(std::string text) {
    const std::string first = text.substr(0, text.find(' '));
    if (!first.empty() &&
        std::all_of(first.begin(), first.end(), [](char c) { return c >= 'a' && c <= 'z'; }))
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    if (!text.empty() && text.back() != '.')
        text += '.';
    return text;
}

/// "3, 5 and 7", at most six of them.
std::string listed(const std::vector<RankId>& ranks) {
    constexpr std::size_t kShown = 6;
    std::string text;
    for (std::size_t i = 0; i < ranks.size() && i < kShown; ++i) {
        const std::string rank = std::to_string(ranks[i].value());
        if (i > 0 && i + 1 == ranks.size())
            text = filled(translate("RunText", "%1 and %2"), {text, rank});
        else
            text += (i > 0 ? ", " : "") + rank;
    }
    if (ranks.size() > kShown)
        text = filled(translate("RunText", "%1 and %2 more"),
                      {text, countText(ranks.size() - kShown)});
    return text;
}

std::string reportingText(const RunFrame& frame) {
    const RunStatus& status = frame.status;
    const bool over = status.state == RunState::Replay || status.state == RunState::Ended;
    return filled(over ? translate("RunText", "%1 of %2 recorded")
                       : translate("RunText", "%1 of %2 reporting"),
                  {countText(status.reporting), words::ranks(status.world)});
}

std::string causesOf(const RunStatus& status) {
    std::string causes;
    for (const std::string& cause : status.lostCauses)
        causes += (causes.empty() ? "" : ", ") + cause;
    return causes;
}

/// Where losses end nobody knows when no record came behind them.
std::string behindText(const RunStatus& status) {
    const std::string last = countText(static_cast<std::uint64_t>(status.lastStep));
    if (status.lostBehind == 0)
        return {};
    if (status.lostBehind == status.lost)
        return filled(translate("RunText", ", behind step %1, the last that came"), {last});
    return filled(translate("RunText", ", %1 of them behind step %2, the last that came"),
                  {countText(status.lostBehind), last});
}

std::string lostText(const RunStatus& status) {
    const std::string lost =
        status.lost == 1
            ? translate("RunText", "1 record lost")
            : filled(translate("RunText", "%1 records lost", nullptr, forPlural(status.lost)),
                     {countText(status.lost)});
    const std::string causes = causesOf(status);
    return (causes.empty() ? lost : filled(translate("RunText", "%1 (%2)"), {lost, causes})) +
           behindText(status) + translate("RunText", ", hatched where a step is incomplete");
}

std::string silentText(const RunStatus& status) {
    if (status.silent.empty())
        return {};
    return filled(status.silent.size() > 1
                      ? translate("RunText", "nothing from ranks %1 after step %2")
                      : translate("RunText", "nothing from rank %1 after step %2"),
                  {listed(status.silent), countText(status.silentAfter.value())});
}

/// Two jobs with one run id, or a rank that was started twice.
std::string conflictText(const RunStatus& status) {
    if (status.conflicts.empty())
        return {};
    return filled(status.conflicts.size() > 1
                      ? translate("RunText", "ranks %1 are claimed by two processes each; the one "
                                             "that called last is shown")
                      : translate("RunText", "rank %1 is claimed by two processes; the one that "
                                             "called last is shown"),
                  {listed(status.conflicts)});
}

Verdict nonFiniteVerdict(const RunFrame& frame) {
    const engine::NonFiniteRank& first = frame.nonFiniteRanks.front();
    Verdict verdict;
    verdict.kind = Verdict::Kind::Exact;
    verdict.headline = filled(
        first.gradient ? translate("RunText", "Rank %1: NaN or Inf in its gradient at step %2")
                       : translate("RunText", "Rank %1: NaN or Inf in its loss at step %2"),
        {std::to_string(first.rank.value()), countText(first.first.value())});
    if (first.steps > 1)
        verdict.detail =
            filled(translate("RunText", "on %1 steps", nullptr, forPlural(first.steps)),
                   {countText(first.steps)});
    std::vector<RankId> others;
    for (std::size_t i = 1; i < frame.nonFiniteRanks.size(); ++i)
        others.push_back(frame.nonFiniteRanks[i].rank);
    if (!others.empty())
        join(verdict.detail, filled(others.size() > 1 ? translate("RunText", "later also ranks %1")
                                                      : translate("RunText", "later also rank %1"),
                                    {listed(others)}));
    verdict.aside = reportingText(frame);
    return verdict;
}

Verdict damageVerdict(const RunFrame& frame) {
    const std::string missing = translate("RunText", "`rankscope verify` says what is missing");
    const std::string saves = translate("RunText", "Recover saves them in a new file; ");
    if (frame.empty)
        return {Verdict::Kind::Failure,
                translate("RunText", "The file is damaged: no step could be read"),
                missing,
                {}};
    return {Verdict::Kind::Failure,
            filled(translate("RunText", "The file is damaged: steps %1 to %2 could be read"),
                   {widgets::fixedText(frame.firstStep, 0), widgets::fixedText(frame.lastStep, 0)}),
            saves + missing, reportingText(frame)};
}

/// What to do in the window; what errors say themselves is for every program that meets them.
std::string adviceFor(const Error& error) {
    switch (error.code) {
    case ErrorCode::Damaged:
        return translate("RunText", "Recover saves what can be read into a new file");
    case ErrorCode::Conflict:
        return translate("RunText",
                         "start the window with another file for --record, or without one");
    case ErrorCode::Malformed:
        return error.advice.empty()
                   ? translate("RunText", "`rankscope record` writes session files, and so "
                                          "does this window while it listens")
                   : error.advice;
    case ErrorCode::Io:
        return error.advice.empty()
                   ? translate("RunText", "check its name, and that you may read it")
                   : error.advice;
    default:
        return error.advice;
    }
}

/// Ranks that called and declared all that they had sent as lost.
std::string allLostText(const RunStatus& status) {
    const std::string causes = causesOf(status), lost = countText(status.lost);
    if (status.state == RunState::Waiting)
        return filled(translate("RunText", "No step yet: all records so far, %1, were lost: %2."),
                      {lost, causes});
    return status.lost == 1
               ? filled(translate("RunText", "This session holds no step: the only record was "
                                             "lost: %1."),
                        {causes})
               : filled(translate("RunText",
                                  "This session holds no step: all %1 records were lost: %2.",
                                  nullptr, forPlural(status.lost)),
                        {lost, causes});
}

Verdict emptyVerdict(const RunStatus& status) {
    Verdict verdict;
    if (status.loading)
        return verdict;
    if (status.records == 0 && status.lost > 0)
        verdict.headline = allLostText(status);
    else if (status.state == RunState::Replay)
        verdict.headline =
            status.world == 0
                ? translate("RunText",
                            "This session holds no step: no rank called while it was recorded.")
                : translate("RunText", "This session holds no step: no rank that called sent one.");
    return verdict;
}

} // namespace

Verdict verdict(const RunFrame& frame) {
    Verdict verdict;
    const RunStatus& status = frame.status;
    if (!status.problem.empty()) {
        verdict.kind = Verdict::Kind::Failure;
        verdict.headline = sentence(status.problem);
        verdict.detail = status.advice.empty() ? std::string() : sentence(status.advice);
        if (!frame.empty)
            verdict.aside = translate("RunText", "What was read before is shown.");
        return verdict;
    }
    const bool damaged = status.damagedChunks > 0;
    if (frame.empty)
        return damaged ? damageVerdict(frame) : emptyVerdict(status);
    if (!frame.nonFiniteRanks.empty())
        verdict = nonFiniteVerdict(frame);
    else if (status.state == RunState::Stale) {
        verdict.headline = filled(translate("RunText", "Nothing received for %1 s"),
                                  {widgets::fixedText(status.lagSeconds, 0)});
        verdict.detail = translate("RunText", "The ranks have stopped, or cannot reach this "
                                              "window. The last values are shown.");
    } else {
        verdict.headline = reportingText(frame);
        if (status.world == 1)
            verdict.detail = translate("RunText", "One rank only: there is nothing to compare.");
        else
            verdict.detail = silentText(status);
    }
    if (const std::string conflict = conflictText(status); !conflict.empty())
        join(verdict.detail, conflict);
    if (status.lost > 0)
        join(verdict.detail, lostText(status));
    if (damaged) {
        Verdict damage = damageVerdict(frame);
        if (verdict.kind == Verdict::Kind::Exact)
            join(damage.detail, verdict.headline);
        join(damage.detail, verdict.detail);
        return damage;
    }
    if (verdict.kind == Verdict::Kind::Calm && verdict.detail.empty())
        verdict.detail = status.measuredGradients
                             ? translate("RunText", "No NaN or Inf, no record lost.")
                             : translate("RunText", "No NaN or Inf in the losses, no record lost.");
    return verdict;
}

Verdict verdict(const Error& error, bool besides) {
    return {Verdict::Kind::Failure, sentence(error.what), sentence(adviceFor(error)),
            besides ? translate("RunText", "What was open stays open; Esc hides this.")
                    : std::string()};
}

PillText pillText(const RunStatus& status, bool paused) {
    if (!status.problem.empty())
        return {Pill::Lost, translate("RunText", "LOST")};
    switch (status.state) {
    case RunState::Waiting:
        return {Pill::Waiting, translate("RunText", "WAITING")};
    case RunState::Replay:
        return {Pill::Replay, translate("RunText", "REPLAY")};
    case RunState::Ended:
        return {Pill::Ended, translate("RunText", "ENDED")};
    case RunState::Stale:
        return {Pill::Stale, filled(translate("RunText", "STALE %1 s"),
                                    {widgets::fixedText(status.lagSeconds, 0)})};
    case RunState::Live:
        break;
    }
    return paused ? PillText{Pill::Paused, translate("RunText", "PAUSED")}
                  : PillText{Pill::Live, translate("RunText", "LIVE")};
}

std::string runName(const RunStatus& status) {
    if (!status.name.empty())
        return status.name;
    if (!status.runId.empty())
        return status.runId;
    return engine::addressStem(status.file);
}

std::string runSummary(const RunFrame& frame) {
    const RunStatus& status = frame.status;
    std::string text = words::ranks(status.world);
    if (frame.empty)
        return text;
    if (status.state == RunState::Replay || status.state == RunState::Ended) {
        join(text, filled(translate("RunText", "steps %1 to %2"),
                          {widgets::fixedText(frame.firstStep, 0),
                           widgets::fixedText(frame.lastStep, 0)}));
        return text;
    }
    join(text, filled(translate("RunText", "step %1"), {widgets::fixedText(frame.lastStep, 0)}));
    if (status.stepsPerSecond > 0)
        join(text, filled(translate("RunText", "%1 steps/s"),
                          {widgets::numberText(status.stepsPerSecond, 2)}));
    if (status.state == RunState::Live)
        join(text, filled(translate("RunText", "%1 s behind"),
                          {widgets::fixedText(status.lagSeconds, 1)}));
    return text;
}

std::string statusLeft(const Source& source, const RunFrame* frame,
                       const std::optional<link::LinkStatistics>& link) {
    std::string text;
    const std::string file = engine::addressName(source.file);
    const std::string size = frame != nullptr && frame->status.fileBytes > 0
                                 ? ", " + widgets::bytesText(frame->status.fileBytes)
                                 : std::string{};
    if (!source.endpoint.empty()) {
        join(text, filled(translate("RunText", "Listening on %1"), {source.endpoint}));
        if (frame != nullptr && frame->status.world > 0)
            join(text,
                 filled(translate("RunText", "%1 of %2"),
                        {countText(frame->status.reporting), words::ranks(frame->status.world)}));
        join(text, filled(translate("RunText", "recording %1"), {file + size}));
    } else if (source.remote) {
        join(text, filled(translate("RunText", "Attached to %1"), {file + size}));
    } else if (!file.empty()) {
        join(text,
             file + size +
                 (source.live ? kDot + translate("RunText", "being recorded") : std::string()));
    }
    if (frame != nullptr && frame->status.loading)
        join(text, filled(translate("RunText", "reading, %1 %"),
                          {widgets::fixedText(std::floor(100 * frame->status.read), 0)}));
    if (frame != nullptr && (!frame->empty || frame->status.lost > 0))
        join(text, filled(translate("RunText", "%1 lost"), {countText(frame->status.lost)}));
    if (link && link->notAdmitted > 0)
        join(text, filled(translate("RunText", "%1 not let in: %2"),
                          {countText(link->notAdmitted), link->lastNotAdmitted}));
    if (link && link->refused > link->notAdmitted)
        join(text, filled(translate("RunText", "%1 refused: %2"),
                          {countText(link->refused - link->notAdmitted), link->lastRefusal}));
    return text;
}

std::string statusRight(const RunFrame* frame) {
    if (frame == nullptr || frame->empty)
        return "Rankscope " RANKSCOPE_VERSION;
    std::string text;
    if (!frame->cursor.unreadable)
        text = frame->cursor.metrics.lossWeighted
                   ? translate("RunText", "Loss: mean weighted by tokens")
                   : translate("RunText", "Loss: plain mean");
    join(text, translate("RunText", "std: sample, ddof 1"));
    return text;
}

} // namespace rankscope::ui
