// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/Command.h"

/// Every command, in the order of --help. A new one is a file that defines its declare function,
/// and its line here.
namespace rankscope::cli {

Action declareRecord(CLI::App& app);

inline constexpr Command kCommands[] = {
    {"record", "Record a run into a session file", declareRecord},
};

} // namespace rankscope::cli
