// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/Command.h"

/// Every command, in the order of --help. A new one is a file that defines its declare function,
/// and its line here.
namespace rankscope::cli {

Action declareRecord(CLI::App& app);
Action declareInfo(CLI::App& app);
Action declareMetrics(CLI::App& app);
Action declareCosine(CLI::App& app);
Action declareCompare(CLI::App& app);
Action declareVerify(CLI::App& app);
Action declareRecover(CLI::App& app);
Action declareSnapshot(CLI::App& app);
Action declareSimulate(CLI::App& app);
Action declareOpen(CLI::App& app);
Action declareLive(CLI::App& app);
Action declareFigure(CLI::App& app);

inline constexpr Command kCommands[] = {
    {"record", "Record a run into a session file", declareRecord},
    {"info", "Say what a session file holds", declareInfo},
    {"metrics", "Dispersion and direction of every step", declareMetrics},
    {"cosine", "Cosines between the workers at one step", declareCosine},
    {"compare", "Several sessions side by side, with tests", declareCompare},
    {"verify", "Read every byte of a session file and check it", declareVerify},
    {"recover", "Save what can be read of a damaged session file", declareRecover},
    {"snapshot", "Copy a session file, also while it is recorded", declareSnapshot},
    {"simulate", "Train on many simulated ranks, to try things out", declareSimulate},
    {"open", "Show session files in the desktop program", declareOpen},
    {"live", "Listen for ranks in the desktop program", declareLive},
    {"figure", "Draw panels of a run for a paper, as SVG, PDF or PNG", declareFigure},
};

} // namespace rankscope::cli
