// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/analysis/RunComparison.h"
#include "transport/wire/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rankscope::engine {

/// What is known of several sessions side by side: the data of tables. Lives no longer than the
/// runs that `compared` points to.
struct CompareReport {
    struct Session {
        std::string mark, file, name, runId;
        std::uint64_t lost = 0, damagedChunks = 0;
    };
    struct Failure {
        std::string mark, file;
        Error error;
    };
    std::vector<Session> sessions; ///< [run] of `compared`
    std::vector<Failure> failures; ///< files that could not be opened
    analysis::AlignBy align = analysis::AlignBy::Step;
    analysis::ComparedRuns compared;
    std::vector<std::string> sideMarks; ///< [side]
    std::size_t base = 0;               ///< side
    analysis::RunSummary summary;

    [[nodiscard]] std::vector<std::string> sessionMarks() const {
        std::vector<std::string> marks;
        for (const Session& session : sessions) {
            marks.push_back(session.mark);
        }
        return marks;
    }
};

} // namespace rankscope::engine
