// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/Fields.h"

#include "transport/wire/Messages.h"
#include "transport/wire/Utf8.h"

#include <bit>

namespace rankscope::wire {

void Fields::refuse(const char* name, const char* why) {
    if (m_why == nullptr) {
        m_name = name;
        m_why = why;
    }
    m_tokens = TokenReader({});
}

Token Fields::expect(Token::Type type, const char* name, const char* why) {
    const Token token = m_tokens.next();
    if (token.type == type) {
        return token;
    }
    refuse(name, token.type == Token::Type::Missing ? "is cut short or not msgpack" : why);
    return {};
}

std::uint64_t Fields::number(const char* name, std::uint64_t most) {
    const Token token = expect(Token::Type::Unsigned, name, "is not an integer from 0");
    if (token.bits > most) {
        refuse(name, "is over its limit");
        return 0;
    }
    return token.bits;
}

std::int64_t Fields::signedNumber(const char* name) {
    const Token token = m_tokens.next();
    const bool fits = token.type == Token::Type::Negative ||
                      (token.type == Token::Type::Unsigned && token.bits >> 63U == 0);
    if (!fits) {
        refuse(name, "is not an integer of 64 bits");
        return 0;
    }
    return static_cast<std::int64_t>(token.bits);
}

bool Fields::boolean(const char* name) {
    const Token token = expect(Token::Type::Boolean, name, "is not true or false");
    return token.bits != 0;
}

double Fields::real(const char* name) {
    const Token token = expect(Token::Type::Float64, name, "is not a float64");
    return std::bit_cast<double>(token.bits);
}

float Fields::real32(const char* name) {
    const Token token = expect(Token::Type::Float32, name, "is not a float32");
    return std::bit_cast<float>(static_cast<std::uint32_t>(token.bits));
}

std::string Fields::text(const char* name, std::size_t mostBytes) {
    const Token token = expect(Token::Type::Text, name, "is not text");
    if (token.size == 0) {
        return {};
    }
    if (token.size > mostBytes) {
        refuse(name, "is too long");
        return {};
    }
    const std::string_view text(token.data, token.size);
    if (!isUtf8(text)) {
        refuse(name, "is not UTF-8");
        return {};
    }
    return std::string(text);
}

std::optional<double> Fields::optionalReal(const char* name) {
    if (nil()) {
        return std::nullopt;
    }
    return real(name);
}

std::optional<std::uint64_t> Fields::optionalNumber(const char* name) {
    if (nil()) {
        return std::nullopt;
    }
    return number64(name);
}

std::span<const char> Fields::binaryBytes(const char* name, std::size_t each, std::size_t most) {
    const Token token = expect(Token::Type::Binary, name, "is not binary");
    if (token.size % each != 0 || token.size / each > most) {
        refuse(name, "has a wrong length");
        return {};
    }
    return {token.data, token.size};
}

std::uint32_t Fields::array(const char* name, std::uint32_t fewest) {
    const Token token = expect(Token::Type::Array, name, "is not an array");
    if (token.size < fewest) {
        refuse(name, "has too few elements");
        return 0;
    }
    return token.size;
}

std::uint32_t Fields::list(const char* name, std::size_t most) {
    const std::uint32_t size = array(name, 0);
    if (size > most) {
        refuse(name, "has too many elements");
        return 0;
    }
    return size;
}

std::uint32_t Fields::map(const char* name, std::size_t most) {
    const Token token = expect(Token::Type::Map, name, "is not a map");
    if (token.size > most) {
        refuse(name, "has too many entries");
        return 0;
    }
    return token.size;
}

void Fields::skip(std::uint32_t count) {
    skip(count, 1);
}

/// `depth` counts the arrays and maps around the values.
void Fields::skip(std::uint32_t count, std::size_t depth) {
    for (; count > 0 && !failed(); --count) {
        const Token token = m_tokens.next();
        if (token.type == Token::Type::Missing) {
            refuse("newer part", "is cut short or not msgpack");
        }
        const std::uint32_t inside = token.type == Token::Type::Array ? token.size
                                     : token.type == Token::Type::Map ? 2 * token.size
                                                                      : 0;
        if (inside > 0 && depth == limits::kNesting) {
            refuse("newer part", "is nested too deeply");
        } else {
            skip(inside, depth + 1);
        }
    }
}

} // namespace rankscope::wire
