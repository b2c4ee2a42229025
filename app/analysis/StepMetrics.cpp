// SPDX-License-Identifier: Apache-2.0
#include "app/analysis/StepMetrics.h"

#include <bit>

namespace rankscope::analysis {
namespace {

// "RANKSC" in the payload; arithmetic on it may keep the payload, but measured NaNs never have it.
constexpr std::uint64_t kUndefinedBits = 0x7FF8'5241'4E4B'5343ULL;

} // namespace

double undefined() noexcept {
    return std::bit_cast<double>(kUndefinedBits);
}

bool isUndefined(double value) noexcept {
    return std::bit_cast<std::uint64_t>(value) == kUndefinedBits;
}

} // namespace rankscope::analysis
