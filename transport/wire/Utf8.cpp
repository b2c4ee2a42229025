// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/Utf8.h"

#include <cstdint>

namespace rankscope::wire {
namespace {

/// Bytes of the character that `text` begins with (Unicode 15, table 3-7), 0 if it is not one.
std::size_t characterBytes(std::string_view text) noexcept {
    const auto byte = [text](std::size_t i) -> std::uint32_t {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    };
    const auto follows = [&byte](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xc2 && lead < 0xe0) {
        return follows(1) ? 2 : 0;
    }
    if (lead >= 0xe0 && lead < 0xf0) {
        const bool overlong = lead == 0xe0 && byte(1) < 0xa0;
        const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xf0 && lead < 0xf5) {
        const bool overlong = lead == 0xf0 && byte(1) < 0x90;
        const bool beyond = lead == 0xf4 && byte(1) >= 0x90;
        return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

} // namespace

bool isUtf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t size = characterBytes(text);
        if (size == 0) {
            return false;
        }
        text.remove_prefix(size);
    }
    return true;
}

std::string toUtf8(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        const std::size_t size = characterBytes(text);
        if (size == 0) {
            valid += '?';
            text.remove_prefix(1);
        } else {
            valid += text.substr(0, size);
            text.remove_prefix(size);
        }
    }
    return valid;
}

} // namespace rankscope::wire
