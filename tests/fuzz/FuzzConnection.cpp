// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/Fuzz.h"
#include "transport/link/ConnectionFile.h"

#include <cstdlib>

namespace rankscope::fuzz {

void connection(std::span<const std::byte> bytes) {
    const auto parsed =
        link::parseConnection({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (!parsed) {
        if (parsed.error().what.empty()) {
            std::abort();
        }
        return;
    }
    // What was understood can be said again, and is understood the same way. (An endpoint that is
    // no UTF-8 was refused with the rest of the JSON.)
    const auto again = link::parseConnection(link::connectionText(*parsed));
    if (!again || *again != *parsed) {
        std::abort();
    }
}

} // namespace rankscope::fuzz
