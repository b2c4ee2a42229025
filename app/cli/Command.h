// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <CLI/CLI.hpp>
#include <functional>

namespace rankscope::cli {

/// What a command does once its arguments are known. Its value is the exit code: 0 done, 1 the
/// thing itself failed. An error is printed in one way, by main(), and exits with 1, or 2 when it
/// is the usage that is wrong.
using Action = std::function<Result<int>()>;

/// One row of the table in Commands.h.
struct Command {
    const char* name;
    const char* summary;              ///< one line for --help
    Action (*declare)(CLI::App& app); ///< adds the command's options to `app`
};

} // namespace rankscope::cli
