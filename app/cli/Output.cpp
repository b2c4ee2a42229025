// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Output.h"

#include "app/cli/Printable.h"

#include <cstdio>

namespace rankscope::cli {

void note(std::string_view text) {
    std::fprintf(stderr, "rankscope: %s\n", printable(text).c_str());
}

std::string counted(std::uint64_t number, std::string_view noun) {
    return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

Result<void> flush() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        return fail(ErrorCode::Io, "the output could not be written completely",
                    "Check the space where it goes");
    }
    return {};
}

} // namespace rankscope::cli
