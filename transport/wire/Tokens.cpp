// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/Tokens.h"

#include <bit>
#include <cstring>
#include <type_traits>

// Tags as in https://github.com/msgpack/msgpack/blob/master/spec.md
namespace rankscope::wire {
namespace {

Token tokenOf(Token::Type type, std::uint64_t bits) {
    Token token;
    token.type = type;
    token.bits = bits;
    return token;
}

/// msgpack is big-endian.
template <class Bits>
Bits swapped(Bits bits) {
    static_assert(std::endian::native == std::endian::little);
    if constexpr (sizeof(Bits) == 8) {
        return __builtin_bswap64(bits);
    } else if constexpr (sizeof(Bits) == 4) {
        return __builtin_bswap32(bits);
    } else if constexpr (sizeof(Bits) == 2) {
        return __builtin_bswap16(bits);
    } else {
        return bits;
    }
}

} // namespace

Token TokenReader::missing() {
    m_at = m_end;
    return {};
}

template <class Bits>
bool TokenReader::load(Bits& bits) {
    if (left() < sizeof(Bits)) {
        return false;
    }
    std::memcpy(&bits, m_at, sizeof(Bits));
    bits = swapped(bits);
    m_at += sizeof(Bits);
    return true;
}

template <class Bits>
Token TokenReader::number(Token::Type type) {
    Bits bits = 0;
    return load(bits) ? tokenOf(type, bits) : missing();
}

template <class Signed>
Token TokenReader::signedNumber() {
    std::make_unsigned_t<Signed> bits = 0;
    if (!load(bits)) {
        return missing();
    }
    const auto value = static_cast<Signed>(bits);
    return tokenOf(value < 0 ? Token::Type::Negative : Token::Type::Unsigned,
                   static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
}

Token TokenReader::bytes(Token::Type type, std::uint64_t size) {
    if (size > left()) {
        return missing();
    }
    Token token;
    token.type = type;
    token.size = static_cast<std::uint32_t>(size);
    token.data = reinterpret_cast<const char*>(m_at);
    m_at += size;
    return token;
}

template <class Size>
Token TokenReader::sizedBytes(Token::Type type, std::size_t more) {
    Size size = 0;
    return load(size) ? bytes(type, std::uint64_t(size) + more) : missing();
}

Token TokenReader::elements(Token::Type type, std::uint32_t size) {
    const std::uint64_t values = type == Token::Type::Map ? 2 * std::uint64_t(size) : size;
    if (values > left()) { // each takes a byte at least
        return missing();
    }
    Token token;
    token.type = type;
    token.size = size;
    return token;
}

template <class Size>
Token TokenReader::sizedElements(Token::Type type) {
    Size size = 0;
    return load(size) ? elements(type, size) : missing();
}

bool TokenReader::takeNil() {
    if (m_at == m_end || *m_at != std::byte{0xc0}) {
        return false;
    }
    ++m_at;
    return true;
}

Token TokenReader::next() {
    using Type = Token::Type;
    if (m_at == m_end) {
        return {};
    }
    const auto tag = static_cast<std::uint8_t>(*m_at++);
    switch (tag) {
    case 0xc0:
        return tokenOf(Type::Nil, 0);
    case 0xc1: // never used
        return missing();
    case 0xc2:
    case 0xc3:
        return tokenOf(Type::Boolean, tag & 1U);
    case 0xc4:
        return sizedBytes<std::uint8_t>(Type::Binary);
    case 0xc5:
        return sizedBytes<std::uint16_t>(Type::Binary);
    case 0xc6:
        return sizedBytes<std::uint32_t>(Type::Binary);
    case 0xc7: // an extension has a byte for its type
        return sizedBytes<std::uint8_t>(Type::Extension, 1);
    case 0xc8:
        return sizedBytes<std::uint16_t>(Type::Extension, 1);
    case 0xc9:
        return sizedBytes<std::uint32_t>(Type::Extension, 1);
    case 0xca:
        return number<std::uint32_t>(Type::Float32);
    case 0xcb:
        return number<std::uint64_t>(Type::Float64);
    case 0xcc:
        return number<std::uint8_t>(Type::Unsigned);
    case 0xcd:
        return number<std::uint16_t>(Type::Unsigned);
    case 0xce:
        return number<std::uint32_t>(Type::Unsigned);
    case 0xcf:
        return number<std::uint64_t>(Type::Unsigned);
    case 0xd0:
        return signedNumber<std::int8_t>();
    case 0xd1:
        return signedNumber<std::int16_t>();
    case 0xd2:
        return signedNumber<std::int32_t>();
    case 0xd3:
        return signedNumber<std::int64_t>();
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
        return bytes(Type::Extension, (1U << (tag - 0xd4U)) + 1);
    case 0xd9:
        return sizedBytes<std::uint8_t>(Type::Text);
    case 0xda:
        return sizedBytes<std::uint16_t>(Type::Text);
    case 0xdb:
        return sizedBytes<std::uint32_t>(Type::Text);
    case 0xdc:
        return sizedElements<std::uint16_t>(Type::Array);
    case 0xdd:
        return sizedElements<std::uint32_t>(Type::Array);
    case 0xde:
        return sizedElements<std::uint16_t>(Type::Map);
    case 0xdf:
        return sizedElements<std::uint32_t>(Type::Map);
    default: // the value is in the tag itself
        if (tag < 0x80) {
            return tokenOf(Type::Unsigned, tag);
        }
        if (tag < 0x90) {
            return elements(Type::Map, tag & 0x0fU);
        }
        if (tag < 0xa0) {
            return elements(Type::Array, tag & 0x0fU);
        }
        if (tag < 0xc0) {
            return bytes(Type::Text, tag & 0x1fU);
        }
        return tokenOf(Type::Negative, static_cast<std::uint64_t>(std::int64_t(tag) - 0x100));
    }
}

} // namespace rankscope::wire
