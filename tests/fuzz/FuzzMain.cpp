// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/Fuzz.h"

#include <cstdint>

/// libFuzzer's entry; RANKSCOPE_FUZZ_TARGET is one of the functions of Fuzz.h.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rankscope::fuzz::RANKSCOPE_FUZZ_TARGET(std::as_bytes(std::span(data, size)));
    return 0;
}
