// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/wire/Result.h"

#include <cstdint>
#include <string>
#include <string_view>

/// How commands write.
namespace rankscope::cli {

/// A note on stderr that changes no exit code.
void note(std::string_view text);

/// "1 rank", "2 ranks": a number and what it counts.
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view noun);

void print(std::string_view text); ///< to stdout
/// Errors: Io when stdout took not everything.
[[nodiscard]] Result<void> flush();

} // namespace rankscope::cli
