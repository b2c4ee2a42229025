// SPDX-License-Identifier: Apache-2.0
#include "app/tables/StepRange.h"

#include <charconv>
#include <cstdint>
#include <string>

namespace rankscope::tables {
namespace {

std::optional<Step> parseStep(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{Step{value}} : std::nullopt;
}

} // namespace

Result<StepRange> parseStepRange(std::string_view text) {
    if (text.empty()) {
        return StepRange{};
    }
    const auto wrong = fail(ErrorCode::Usage, "--steps wants A:B, not \"" + std::string(text) + '"',
                            "For example --steps 100:200 for the steps 100 to 199");
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        return wrong;
    }
    StepRange range;
    if (const auto a = text.substr(0, colon); !a.empty()) {
        const auto first = parseStep(a);
        if (!first) {
            return wrong;
        }
        range.first = *first;
    }
    if (const auto b = text.substr(colon + 1); !b.empty()) {
        range.last = parseStep(b);
        if (!range.last || *range.last < range.first) {
            return wrong;
        }
    }
    return range;
}

} // namespace rankscope::tables
