// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/models/RunText.h"

#include "widgets/common/NumberText.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

namespace rankscope::ui {
namespace {

using engine::RunFrame;
using engine::RunState;
using engine::RunStatus;
using widgets::countText;
using widgets::plural;

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
std::string listed(const std::vector<std::uint32_t>& ranks) {
    constexpr std::size_t kShown = 6;
    std::string text;
    for (std::size_t i = 0; i < ranks.size() && i < kShown; ++i) {
        if (i > 0)
            text += i + 1 == ranks.size() ? " and " : ", ";
        text += std::to_string(ranks[i]);
    }
    if (ranks.size() > kShown)
        text += " and " + countText(ranks.size() - kShown) + " more";
    return text;
}

std::string reportingText(const RunFrame& frame) {
    const RunStatus& status = frame.status;
    return countText(status.reporting) + " of " + plural(status.world, "rank") +
           (status.state == RunState::Replay || status.state == RunState::Ended ? " recorded"
                                                                                : " reporting");
}

std::string lostText(const RunFrame& frame) {
    return plural(frame.status.lost, "record") + " lost, hatched where a step is incomplete";
}

/// A rank that stopped while others went on. One step behind is how every run ends or goes.
bool isSilent(const engine::WorkerRow& row, const RunFrame& frame) {
    const bool running =
        frame.status.state == RunState::Live || frame.status.state == RunState::Stale;
    if (!row.lastStep || row.left || (running && row.live))
        return false;
    return static_cast<double>(row.lastStep->value()) + 1 < frame.lastStep;
}

std::string silentText(const RunFrame& frame) {
    std::vector<std::uint32_t> silent;
    std::uint64_t since = 0;
    for (const engine::WorkerRow& row : frame.cursor.workers)
        if (isSilent(row, frame)) {
            const std::uint64_t last = row.lastStep->value();
            since = silent.empty() ? last : std::min(since, last);
            silent.push_back(row.metrics.rank.value());
        }
    if (silent.empty())
        return {};
    return std::string("nothing from rank") + (silent.size() > 1 ? "s " : " ") + listed(silent) +
           " after step " + countText(since);
}

Verdict nonFiniteVerdict(const RunFrame& frame) {
    const engine::NonFiniteRank& first = frame.nonFiniteRanks.front();
    Verdict verdict;
    verdict.kind = Verdict::Kind::Exact;
    verdict.headline = "Rank " + std::to_string(first.rank.value()) + ": NaN or Inf in its " +
                       (first.gradient ? "gradient" : "loss") + " at step " +
                       countText(first.first.value());
    if (first.steps > 1)
        verdict.detail = "on " + plural(first.steps, "step");
    std::vector<std::uint32_t> others;
    for (std::size_t i = 1; i < frame.nonFiniteRanks.size(); ++i)
        others.push_back(frame.nonFiniteRanks[i].rank.value());
    if (!others.empty())
        join(verdict.detail,
             std::string("later also rank") + (others.size() > 1 ? "s " : " ") + listed(others));
    verdict.aside = reportingText(frame);
    return verdict;
}

Verdict damageVerdict(const RunFrame& frame) {
    const std::string missing = "`rankscope verify` says what is missing";
    const std::string saves = "Recover saves them in a new file; ";
    if (frame.empty)
        return {Verdict::Kind::Failure, "The file is damaged: no step could be read", missing, {}};
    return {Verdict::Kind::Failure,
            "The file is damaged: steps " + widgets::fixedText(frame.firstStep, 0) + " to " +
                widgets::fixedText(frame.lastStep, 0) + " could be read",
            saves + missing, reportingText(frame)};
}

/// What to do in the window; what errors say themselves is for every program that meets them.
std::string adviceFor(const Error& error) {
    switch (error.code) {
    case ErrorCode::Damaged:
        return "Recover saves what can be read into a new file";
    case ErrorCode::Conflict:
        return "start the window with another file for --record, or without one";
    case ErrorCode::Malformed:
        return error.advice.empty() ? "`rankscope record` writes session files, and so does this "
                                      "window while it listens"
                                    : error.advice;
    case ErrorCode::Io:
        return error.advice.empty() ? "check its name, and that you may read it" : error.advice;
    default:
        return error.advice;
    }
}

Verdict emptyVerdict(const RunStatus& status) {
    Verdict verdict;
    if (status.state == RunState::Replay && !status.loading)
        verdict.headline = status.world == 0
                               ? "This session holds no step: no rank called while it was recorded."
                               : "This session holds no step: no rank that called sent one.";
    return verdict;
}

} // namespace

Verdict verdict(const RunFrame& frame) {
    Verdict verdict;
    const RunStatus& status = frame.status;
    if (!status.problem.empty()) {
        verdict.kind = Verdict::Kind::Failure;
        verdict.headline = sentence(status.problem);
        verdict.detail = frame.empty ? "" : "What was read before is shown.";
        return verdict;
    }
    const bool damaged = status.damagedChunks > 0;
    if (frame.empty)
        return damaged ? damageVerdict(frame) : emptyVerdict(status);
    if (!frame.nonFiniteRanks.empty())
        verdict = nonFiniteVerdict(frame);
    else {
        verdict.headline = reportingText(frame);
        if (status.world == 1)
            verdict.detail = "One rank only: there is nothing to compare.";
        else
            verdict.detail = silentText(frame);
    }
    if (status.lost > 0)
        join(verdict.detail, lostText(frame));
    if (damaged) {
        Verdict damage = damageVerdict(frame);
        if (verdict.kind == Verdict::Kind::Exact)
            join(damage.detail, verdict.headline);
        join(damage.detail, verdict.detail);
        return damage;
    }
    if (verdict.kind == Verdict::Kind::Calm && verdict.detail.empty())
        verdict.detail = status.measuredGradients ? "No NaN or Inf, no record lost."
                                                  : "No NaN or Inf in the losses, no record lost.";
    return verdict;
}

Verdict verdict(const Error& error, bool besides) {
    return {Verdict::Kind::Failure, sentence(error.what), sentence(adviceFor(error)),
            besides ? "What was open stays open; Esc hides this." : ""};
}

PillText pillText(const RunStatus& status, bool paused) {
    if (!status.problem.empty())
        return {Pill::Lost, "LOST"};
    switch (status.state) {
    case RunState::Waiting:
        return {Pill::Waiting, "WAITING"};
    case RunState::Replay:
        return {Pill::Replay, "REPLAY"};
    case RunState::Ended:
        return {Pill::Ended, "ENDED"};
    case RunState::Stale:
        return {Pill::Stale, "STALE " + widgets::fixedText(status.lagSeconds, 0) + " s"};
    case RunState::Live:
        break;
    }
    return paused ? PillText{Pill::Paused, "PAUSED"} : PillText{Pill::Live, "LIVE"};
}

std::string runName(const RunStatus& status) {
    if (!status.name.empty())
        return status.name;
    if (!status.runId.empty())
        return status.runId;
    return std::filesystem::path(status.file).stem().string();
}

std::string runSummary(const RunFrame& frame) {
    const RunStatus& status = frame.status;
    std::string text = plural(status.world, "rank");
    if (frame.empty)
        return text;
    if (status.state == RunState::Replay || status.state == RunState::Ended) {
        join(text, "steps " + widgets::fixedText(frame.firstStep, 0) + " to " +
                       widgets::fixedText(frame.lastStep, 0));
        return text;
    }
    join(text, "step " + widgets::fixedText(frame.lastStep, 0));
    if (status.stepsPerSecond > 0)
        join(text, widgets::numberText(status.stepsPerSecond, 2) + " steps/s");
    if (status.state == RunState::Live)
        join(text, widgets::fixedText(status.lagSeconds, 1) + " s behind");
    return text;
}

std::string statusLeft(const Source& source, const RunFrame* frame,
                       const std::optional<link::LinkStatistics>& link) {
    std::string text;
    const std::string file = std::filesystem::path(source.file).filename().string();
    const std::string size = frame != nullptr && frame->status.fileBytes > 0
                                 ? ", " + widgets::bytesText(frame->status.fileBytes)
                                 : std::string{};
    if (!source.endpoint.empty()) {
        join(text, "Listening on " + source.endpoint);
        if (frame != nullptr && frame->status.world > 0)
            join(text,
                 countText(frame->status.reporting) + " of " + plural(frame->status.world, "rank"));
        join(text, "recording " + file + size);
    } else if (!file.empty()) {
        join(text, file + size + (source.live ? kDot + std::string("being recorded") : ""));
    }
    if (frame != nullptr && frame->status.loading)
        join(text, "reading");
    if (frame != nullptr && !frame->empty)
        join(text, countText(frame->status.lost) + " lost");
    if (link && link->refused > 0)
        join(text, countText(link->refused) + " refused: " + link->lastRefusal);
    return text;
}

std::string statusRight(const RunFrame* frame) {
    if (frame == nullptr || frame->empty)
        return "Rankscope " RANKSCOPE_VERSION;
    std::string text =
        frame->cursor.metrics.lossWeighted ? "Loss: mean weighted by tokens" : "Loss: plain mean";
    join(text, "std: sample, ddof 1");
    return text;
}

} // namespace rankscope::ui
