// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/frames/RunFrame.h"
#include "transport/link/Collector.h"
#include "transport/wire/Result.h"

#include <optional>
#include <string>

/// The words about the run as a whole: verdict line, state, status bar. Pure functions, no Qt.
/// Everything said here is an exact fact that the data shows.
namespace rankscope::ui {

/// Where the data comes from.
struct Source {
    std::string endpoint; ///< where it listens; empty: it does not
    std::string file;     ///< address of the session that is read or recorded
    bool live = false;
    bool remote = false; ///< a recorder elsewhere is asked
    std::string notes{}; ///< file of what the user writes about it
};

struct Verdict {
    enum class Kind : unsigned char { Calm, Exact, Failure };
    Kind kind = Kind::Calm;
    std::string headline, detail, aside;
};
[[nodiscard]] Verdict verdict(const engine::RunFrame& frame);
/// What happened, then what to do. `besides`: something else is open and stays so.
[[nodiscard]] Verdict verdict(const Error& error, bool besides = false);

enum class Pill : unsigned char { Live, Paused, Replay, Stale, Waiting, Ended, Lost };
struct PillText {
    Pill pill = Pill::Waiting;
    std::string text;
};
/// `paused`: the user holds the view of a live run.
[[nodiscard]] PillText pillText(const engine::RunStatus& status, bool paused);

[[nodiscard]] std::string runName(const engine::RunStatus& status);
/// "8 ranks · step 119 · 1.0 step/s · 0.2 s behind"
[[nodiscard]] std::string runSummary(const engine::RunFrame& frame);

[[nodiscard]] std::string statusLeft(const Source& source, const engine::RunFrame* frame,
                                     const std::optional<link::LinkStatistics>& link);
[[nodiscard]] std::string statusRight(const engine::RunFrame* frame);

} // namespace rankscope::ui
