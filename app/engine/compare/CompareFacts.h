// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/RunComparison.h"
#include "app/engine/session/RunReader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rankscope::engine {

/// What is known of several sessions side by side, but for the curves. A value: it refers to
/// nothing that may change.
struct CompareFacts {
    struct Session {
        std::string mark; ///< "A", "B", ...
        std::string file, name, runId;
        std::uint64_t lost = 0, damagedChunks = 0;
        std::uint32_t world = 0;                              ///< ranks
        bool configured = false;                              ///< it sent a config
        std::uint64_t steps = 0, firstStep = 0, lastStep = 0; ///< its own
    };
    struct Failure {
        std::string mark, file;
        Error error;
    };
    std::vector<Session> sessions; ///< [run]: those that are compared
    std::vector<Failure> failures; ///< those that could not be
    analysis::AlignBy align = analysis::AlignBy::Step;
    std::vector<analysis::ConfigRow> config;
    std::vector<analysis::Side> sides;
    std::vector<std::string> sideMarks;          ///< "B", "A+C", "A-D"
    std::size_t base = 0;                        ///< side
    std::optional<analysis::RunSummary> summary; ///< none: no step in common
    std::uint64_t commonSteps = 0;               ///< within the summary's span
};

/// What the newest launch said of itself.
[[nodiscard]] analysis::RunConfig configOf(const analysis::RunTable& table);

/// Everything of a session but its mark and file.
[[nodiscard]] CompareFacts::Session describe(RunReader& reader);

/// A whole session as it is compared with others. Reads the metrics of every step that the reader
/// has, and the sketches where cosines need them.
[[nodiscard]] analysis::ComparedRun comparedRun(const RunReader& reader);

/// `sessions` are those of `compared`. Without a span the summary is of the last third of the
/// common steps; of one without a common step there is none. A base that doesn't exist is the
/// first.
[[nodiscard]] CompareFacts factsOf(const analysis::ComparedRuns& compared, analysis::AlignBy align,
                                   std::vector<CompareFacts::Session> sessions, std::size_t base,
                                   std::optional<analysis::StepSpan> span);

} // namespace rankscope::engine
