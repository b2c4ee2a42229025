// SPDX-License-Identifier: Apache-2.0
#include "app/cli/Printable.h"

#include "transport/wire/Utf8.h"

#include <algorithm>
#include <cstdio>

namespace rankscope::cli {
namespace {

/// Bytes of the UTF-8 character that `text` begins with, 0 when it begins with none.
std::size_t characterBytes(std::string_view text) {
    for (std::size_t size = 1; size <= std::min<std::size_t>(text.size(), 4); ++size) {
        if (wire::isUtf8(text.substr(0, size))) {
            return size;
        }
    }
    return 0;
}

bool isHarmless(std::string_view character) {
    const auto byte = [character](std::size_t i) {
        return static_cast<unsigned char>(character[i]);
    };
    switch (character.size()) {
    case 1:
        return byte(0) >= 0x20 && byte(0) != 0x7f;
    case 2: // U+0080 to U+009F: a terminal may take U+009B for the beginning of a command
        return byte(0) != 0xc2 || byte(1) >= 0xa0;
    case 3: // U+2028 to U+202E and U+2066 to U+2069
        return !(byte(0) == 0xe2 && ((byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae) ||
                                     (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9)));
    default:
        return true;
    }
}

} // namespace

std::string printable(std::string_view text) {
    std::string safe;
    while (!text.empty()) {
        const std::size_t size = characterBytes(text);
        const std::string_view character = text.substr(0, std::max<std::size_t>(size, 1));
        if (size > 0 && isHarmless(character)) {
            safe += character;
        } else {
            for (const char byte : character) {
                char escaped[8];
                std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(byte));
                safe += escaped;
            }
        }
        text.remove_prefix(character.size());
    }
    return safe;
}

} // namespace rankscope::cli
